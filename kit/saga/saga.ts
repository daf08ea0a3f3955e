/** Where a saga stands; the last three are ends. */
export type SagaState = "running" | "compensating" | "completed" | "compensated" | "failed";

/** Why it does not go on by itself: an operator moves it, or the very answer that it waited for. */
export type ParkedWhy = "timeout" | "refused" | "compensation_failed";

/** Where a step of a saga stands; one that was never sent has no row. */
export type StepState =
  "sent" | "done" | "failed" | "skipped" | "compensating" | "compensated" | "compensation_failed";

/** A row of `saga_step`. Instants are epoch ms. */
export interface StepRow {
  readonly position: number;
  readonly step: string;
  readonly service: string;
  readonly state: StepState;
  /** The n of the command's key: it rises after a refusal. */
  readonly generation: number;
  /** Sends of the command since it was first sent, or since an operator's retry. */
  readonly attempts: number;
  readonly compensationAttempts: number;
  readonly pivot: boolean;
  /** The latest command, forward or back: its topic, its key and its event id. */
  readonly commandTopic: string;
  /** Null once the step was refused, or never sent: nothing was done, so nothing is to be undone. */
  readonly commandKey: string | null;
  readonly commandId: string | null;
  readonly sentAt: number | null;
  /** When the reply is due; null while a resend is waited for. */
  readonly dueAt: number | null;
  readonly endedAt: number | null;
  readonly input: unknown;
  /** The payload of the answer. */
  readonly output: unknown;
  readonly error: string | null;
}

/** A row of `saga_instance` with its steps by position. Instants are epoch ms. */
export interface Saga {
  readonly type: string;
  readonly id: string;
  readonly state: SagaState;
  readonly parked: ParkedWhy | null;
  readonly parkedReason: string | null;
  /** Counts its changes; 0 for one that has not begun. */
  readonly version: number;
  /** The step it stands at; null once it ended. */
  readonly step: string | null;
  /** JSON. */
  readonly data: unknown;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
  /** Its next timer. */
  readonly wakeAt: number | null;
  readonly steps: readonly StepRow[];
}

/** What a journal entry tells of. */
export type JournalKind =
  | "started"
  | "command-sent"
  | "reply"
  | "refused"
  | "timeout"
  | "compensation-sent"
  | "compensated"
  | "duplicate"
  | "late"
  | "parked"
  | "operator"
  | "ended";

/** A row of `saga_journal` to be. */
export interface JournalEntry {
  readonly kind: JournalKind;
  readonly step?: string;
  readonly topic?: string;
  readonly eventId?: string;
  /** The saga's data after it; absent where it did not change. */
  readonly data?: unknown;
  readonly detail?: string;
  readonly actor?: string;
}

/** What a new saga begins with. */
export interface SagaStart {
  readonly type: string;
  readonly id: string;
  readonly data: unknown;
  readonly correlationId: string;
  readonly causationId: string | null;
}

/** A saga that has not begun: give it to `decide` with `started`. `nowAt` is epoch ms. */
export function newSaga(start: SagaStart, nowAt: number): Saga {
  return {
    ...start,
    state: "running",
    parked: null,
    parkedReason: null,
    version: 0,
    step: null,
    startedAt: nowAt,
    updatedAt: nowAt,
    endedAt: null,
    wakeAt: null,
    steps: [],
  };
}

/** A command of a step: which try after how many refusals, and whether it undoes. */
export interface CommandName {
  readonly step: string;
  readonly generation: number;
  readonly undo: boolean;
}

/** The key of a command, under which its participant keeps it: `<type>/<id>/<step>/<n>`, and `/undo`. */
export function commandKeyOf({ type, id }: Pick<Saga, "type" | "id">, name: CommandName): string {
  return `${type}/${id}/${name.step}/${name.generation}${name.undo ? UNDO : ""}`;
}

const UNDO = "/undo";
const KEY_TAIL = /\/([a-z][a-zA-Z0-9]*)\/([1-9][0-9]{0,8})(\/undo)?$/;

/** Which command a key names; undefined for what is no key of {@link commandKeyOf}. */
export function commandOfKey(key: string): CommandName | undefined {
  const found = KEY_TAIL.exec(key);
  if (!found) return undefined;
  const [, step = "", n = "", undo] = found;
  return { step, generation: Number(n), undo: undo !== undefined };
}

/** The key of the command that a compensation undoes; undefined where the key is of no compensation. */
export function undoneKeyOf(key: string): string | undefined {
  return commandOfKey(key)?.undo === true ? key.slice(0, -UNDO.length) : undefined;
}
