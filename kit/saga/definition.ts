import type { EventDefinition } from "../event.ts";

/** How often a command is sent again while no reply comes: after `delayMs`, then each time `factor` as long. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly delayMs: number;
  readonly factor: number;
}

/** The kit's rule: 3 attempts, 1000 ms x 2. */
export const STANDARD_RETRY: RetryPolicy = { attempts: 3, delayMs: 1000, factor: 2 };

/** How long a reply may take unless the step says otherwise, ms. */
export const STANDARD_TIMEOUT_MS = 10_000;

/** A command to a participant and the events it answers with. `D` is the saga's data. */
export interface SagaCommand<D> {
  readonly command: EventDefinition<unknown>;
  /** The payload of the command, from the saga's data. Pure: a resend must say the same. */
  readonly input: (data: D) => unknown;
  readonly done: EventDefinition<unknown>;
  /** The answer that it will not be done: final, and nothing was done. */
  readonly refused?: EventDefinition<unknown>;
  /** The saga's data after the answer; unchanged where absent. Pure. */
  readonly merge?: (data: D, reply: unknown) => D;
  /** How long a reply may take, 10 s unless said; counted again at each attempt. */
  readonly timeoutMs?: number;
  readonly retry?: RetryPolicy;
}

/** One step of a saga, done by one participant. */
export interface SagaStep<D> extends SagaCommand<D> {
  /** Unique in its saga, camel case. */
  readonly name: string;
  /** The participant. */
  readonly service: string;
  /** Undoes the step; must bear a step that was never done. */
  readonly compensation?: Omit<SagaCommand<D>, "refused">;
  /** The point of no return: once it is done, nothing is compensated any more. One a saga at most. */
  readonly pivot?: boolean;
  /** What to do when no reply came to any attempt: wait for an operator (unless said), or compensate. */
  readonly onTimeout?: "park" | "compensate";
}

/** What {@link defineSaga} is told. */
export interface SagaOptions<D> {
  /** Camel case, unique among the services that share participants: the keys of the commands begin with it. */
  readonly type: string;
  /** The service that owns it. */
  readonly service: string;
  /** Checks data read from the table. */
  readonly parse: (data: unknown) => D;
  /**
   * In order. Steps may be added at the end and policies changed while sagas run; steps that move or go need a new
   * type.
   */
  readonly steps: readonly SagaStep<D>[];
}

/** A command whose saga's data type is closed over: the defaults filled in. */
export interface PlainCommand {
  readonly command: EventDefinition<unknown>;
  readonly done: EventDefinition<unknown>;
  readonly refused: EventDefinition<unknown> | null;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  /** @throws what the saga's `parse` throws. */
  input(data: unknown): unknown;
  merge(data: unknown, reply: unknown): unknown;
}

/** A step whose saga's data type is closed over. */
export interface PlainStep extends PlainCommand {
  readonly name: string;
  readonly service: string;
  readonly compensation: PlainCommand | null;
  readonly pivot: boolean;
  readonly onTimeout: "park" | "compensate";
}

/** A saga as the orchestrator sees it, whatever its data is. */
export interface PlainSaga {
  readonly type: string;
  readonly service: string;
  readonly steps: readonly PlainStep[];
}

/** A saga of any data type: what an orchestrator is given. */
export interface AnySaga {
  readonly type: string;
  readonly service: string;
  /** The same without the type of its data. */
  readonly plain: PlainSaga;
}

/** A saga as code: made by {@link defineSaga}. */
export interface SagaDefinition<D> extends SagaOptions<D>, AnySaga {}

/** A definition that cannot work; the message says which rule it breaks. */
export class SagaDefinitionError extends Error {
  override readonly name = "SagaDefinitionError";
}

const NAME = /^[a-z][a-zA-Z0-9]*$/;

function* faultsOf<D>({ type, steps }: SagaOptions<D>): Generator<string> {
  if (!NAME.test(type)) yield "its type must be camel case";
  if (steps.length === 0) yield "it has no step";
  if (new Set(steps.map(({ name }) => name)).size !== steps.length) yield "two steps have one name";
  if (steps.filter(({ pivot }) => pivot === true).length > 1) yield "it has more than one pivot";
  for (const step of steps) {
    const { name, done, refused, pivot, onTimeout, compensation } = step;
    if (!NAME.test(name)) yield `the step ${name} is not camel case`;
    if (done.topic === refused?.topic) yield `the step ${name} answers done and refused on one topic`;
    if (pivot === true && onTimeout === "compensate")
      yield `the pivot ${name} cannot compensate on a timeout: nobody knows whether it was done`;
    for (const { retry, timeoutMs } of compensation ? [step, compensation] : [step]) {
      if (retry !== undefined && !(retry.attempts >= 1)) yield `the step ${name} has no attempt`;
      if (timeoutMs !== undefined && !(timeoutMs > 0)) yield `the step ${name} has no time to answer`;
    }
  }
}

function plainCommand<D>(command: SagaCommand<D>, parse: (data: unknown) => D): PlainCommand {
  const { input, merge } = command;
  return {
    command: command.command,
    done: command.done,
    refused: command.refused ?? null,
    timeoutMs: command.timeoutMs ?? STANDARD_TIMEOUT_MS,
    retry: command.retry ?? STANDARD_RETRY,
    input: (data) => input(parse(data)),
    merge: (data, reply) => (merge ? merge(parse(data), reply) : data),
  };
}

function plainStep<D>(step: SagaStep<D>, parse: (data: unknown) => D): PlainStep {
  return {
    ...plainCommand(step, parse),
    name: step.name,
    service: step.service,
    compensation: step.compensation ? plainCommand(step.compensation, parse) : null,
    pivot: step.pivot ?? false,
    onTimeout: step.onTimeout ?? "park",
  };
}

/**
 * Checks a definition: names, at least one step, one pivot at most, attempts and times to answer.
 * @throws SagaDefinitionError
 */
export function defineSaga<D>(options: SagaOptions<D>): SagaDefinition<D> {
  const { type, service, parse } = options;
  const [fault] = faultsOf(options);
  if (fault !== undefined) throw new SagaDefinitionError(`Saga ${type}: ${fault}`);
  const steps = Object.freeze([...options.steps]);
  const plain = { type, service, steps: steps.map((step) => plainStep(step, parse)) };
  return Object.freeze({ ...options, steps, plain });
}
