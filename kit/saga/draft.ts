import type { EventDefinition } from "../event.ts";
import type { PlainCommand, PlainSaga, PlainStep } from "./definition.ts";
import {
  commandKeyOf,
  type JournalEntry,
  type ParkedWhy,
  type Saga,
  type SagaState,
  type StepRow,
} from "./saga.ts";

/** A command that a decision wants sent. Its event id is given to it when it is written. */
export interface CommandToSend {
  readonly position: number;
  readonly step: string;
  readonly event: EventDefinition<unknown>;
  /** Under which the participant keeps it. */
  readonly key: string;
  readonly payload: unknown;
}

/** A step of the definition and its row. */
export interface PlacedStep {
  readonly step: PlainStep;
  readonly row: StepRow;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A saga under decision: a copy, changed move by move; nothing outside sees it before it is whole. */
export class Draft {
  readonly saga: Writable<Omit<Saga, "steps">>;
  readonly journal: JournalEntry[] = [];
  command: CommandToSend | null = null;
  readonly #plain: PlainSaga;
  readonly #nowAt: number;
  readonly #rows: Map<number, StepRow>;
  readonly #changed = new Set<number>();

  constructor(plain: PlainSaga, saga: Saga, nowAt: number) {
    const { steps, ...rest } = saga;
    this.saga = { ...rest, version: rest.version + 1, updatedAt: nowAt };
    this.#plain = plain;
    this.#nowAt = nowAt;
    this.#rows = new Map(steps.map((row) => [row.position, row]));
  }

  /** The saga after the moves, and the rows of steps that they changed. */
  result(): { saga: Saga; steps: StepRow[] } {
    const steps = [...this.#rows.values()].sort((left, right) => left.position - right.position);
    return {
      saga: { ...this.saga, steps },
      steps: steps.filter(({ position }) => this.#changed.has(position)),
    };
  }

  /** The step at a position and its row, a blank one where it was never sent. */
  at(position: number): PlacedStep | undefined {
    const step = this.#plain.steps[position];
    return step ? { step, row: this.#rows.get(position) ?? blankRow(position, step) } : undefined;
  }

  note(entry: JournalEntry): void {
    this.journal.push(entry);
  }

  set(row: StepRow): void {
    this.#rows.set(row.position, row);
    this.#changed.add(row.position);
  }

  /** Sends a step's command: the first time, again under the same key, or anew after a refusal. */
  sendForward({ step, row }: PlacedStep, input: unknown): void {
    const attempts = row.attempts + 1;
    const key = commandKeyOf(this.saga, { step: step.name, generation: row.generation, undo: false });
    this.saga.state = "running";
    this.set({ ...this.#sent(row, step), state: "sent", attempts, input, commandKey: key });
    this.#send({ step, row }, { event: step.command, key, payload: input });
    this.note({
      kind: "command-sent",
      step: step.name,
      topic: step.command.topic,
      detail: `${key}, attempt ${attempts}`,
    });
  }

  /** Sends the command that undoes a step, the first time or again. */
  sendUndo({ step, row }: PlacedStep, compensation: PlainCommand): void {
    const attempts = row.compensationAttempts + 1;
    const key = commandKeyOf(this.saga, { step: step.name, generation: row.generation, undo: true });
    this.saga.state = "compensating";
    this.set({
      ...this.#sent(row, compensation),
      state: "compensating",
      compensationAttempts: attempts,
      commandKey: key,
    });
    const payload = compensation.input(this.saga.data);
    this.#send({ step, row }, { event: compensation.command, key, payload });
    this.note({
      kind: "compensation-sent",
      step: step.name,
      topic: compensation.command.topic,
      detail: `${key}, attempt ${attempts}`,
    });
  }

  /** Goes on behind a position: the next step's command, or the end. */
  goOn(position: number): void {
    const next = this.at(position + 1);
    if (next) this.sendForward(next, next.step.input(this.saga.data));
    else this.end("completed");
  }

  /** Undoes the latest step at or before a position that was done or may have been; ends where nothing is left. */
  compensateFrom(position: number): void {
    for (let at = position; at >= 0; at--) {
      const placed = this.at(at);
      if (!placed || !mayHaveDone(placed.row)) continue;
      if (placed.step.compensation) {
        this.sendUndo(placed, placed.step.compensation);
        return;
      }
      if (placed.row.state === "sent") this.#giveUp(placed.row);
    }
    this.end("compensated");
  }

  park(why: ParkedWhy, reason: string): void {
    this.saga.parked = why;
    this.saga.parkedReason = reason;
    this.saga.wakeAt = null;
    this.note({
      kind: "parked",
      ...(this.saga.step === null ? {} : { step: this.saga.step }),
      detail: reason,
    });
  }

  unpark(): void {
    this.saga.parked = null;
    this.saga.parkedReason = null;
  }

  end(state: Exclude<SagaState, "running" | "compensating">): void {
    this.unpark();
    Object.assign(this.saga, { state, step: null, wakeAt: null, endedAt: this.#nowAt });
    this.note({ kind: "ended", detail: state });
  }

  /** A step without a compensation whose command may or may not have been done: nobody asks any more. */
  #giveUp(row: StepRow): void {
    const error = "No reply came, and there is no compensation: it is unknown whether it was done";
    this.set({ ...row, state: "failed", endedAt: this.#nowAt, dueAt: null, error });
  }

  #sent(row: StepRow, command: PlainCommand): StepRow {
    return {
      ...row,
      commandTopic: command.command.topic,
      sentAt: this.#nowAt,
      dueAt: this.#nowAt + command.timeoutMs,
      endedAt: null,
      error: null,
    };
  }

  #send({ step, row }: PlacedStep, command: Pick<CommandToSend, "event" | "key" | "payload">): void {
    this.unpark();
    this.saga.step = step.name;
    this.saga.wakeAt = this.at(row.position)?.row.dueAt ?? null;
    this.command = { position: row.position, step: step.name, ...command };
  }
}

/** Whether the step's effect may exist: done, or its command is out and no refusal came. */
export function mayHaveDone({ state, commandKey }: StepRow): boolean {
  return commandKey !== null && (state === "done" || state === "sent" || state === "skipped");
}

function blankRow(position: number, step: PlainStep): StepRow {
  return {
    position,
    step: step.name,
    service: step.service,
    state: "sent",
    generation: 1,
    attempts: 0,
    compensationAttempts: 0,
    pivot: step.pivot,
    commandTopic: step.command.topic,
    commandKey: null,
    commandId: null,
    sentAt: null,
    dueAt: null,
    endedAt: null,
    input: null,
    output: null,
    error: null,
  };
}
