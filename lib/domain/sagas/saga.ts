/** What a saga is at, whatever keeps it. `stuck` is running or compensating with evidence that it will not go on. */
export const SAGA_STATES = [
  "stuck",
  "running",
  "compensating",
  "failed",
  "compensated",
  "completed",
] as const;
export type SagaState = (typeof SAGA_STATES)[number];

/** States that no saga leaves by itself. */
export const ENDED_STATES = ["completed", "compensated", "failed"] as const satisfies readonly SagaState[];

/** Why a saga does not go on, strongest evidence first. */
export const STUCK_KINDS = [
  /** Its command or event lies in a dead-letter topic. */
  "dead-letter",
  /** A participant refused a step that cannot be compensated any more. */
  "refused",
  /** A compensation failed as often as it may. */
  "compensation-failed",
  /** Its command has not left the outbox. */
  "outbox",
  /** Another saga holds the lock that it needs. */
  "lock",
  /** The group that it waits for has not read its command. */
  "lagging-group",
  /** A timer is past due and nobody acted on it. */
  "timer-due",
  /** The command was read and no reply came in time. */
  "missing-reply",
  /** The event that should follow, by the map, did not. */
  "missing-event",
] as const;
export type StuckKind = (typeof STUCK_KINDS)[number];

/** Where the evidence of a reason stands. */
export type StuckEvidence =
  | { readonly kind: "dead-letter"; readonly cluster: string; readonly id: string }
  | {
      readonly kind: "group";
      readonly cluster: string;
      readonly group: string;
      /** Records; null where it is not known. */
      readonly lag: number | null;
      /** ms until it is level; null where it will not be, or nobody knows. */
      readonly levelInMs: number | null;
    }
  | {
      readonly kind: "record";
      readonly cluster: string;
      readonly topic: string;
      readonly partition: number;
      readonly offset: bigint;
    }
  | { readonly kind: "topic"; readonly cluster: string; readonly topic: string }
  | { readonly kind: "saga"; readonly id: string };

/** SagaStuck is a reason with its evidence: never said without. */
export interface SagaStuck {
  readonly kind: StuckKind;
  /** One sentence. */
  readonly sentence: string;
  /** Epoch ms. */
  readonly sinceAt: number | null;
  readonly step: string | null;
  readonly evidence: readonly StuckEvidence[];
}

/** Who decides what comes next: one service, or each for itself. */
export const SAGA_KINDS = ["orchestrated", "choreographed"] as const;
export type SagaKind = (typeof SAGA_KINDS)[number];

/** SagaRow is one saga in a list. Times are epoch ms; null is what its source does not keep. */
export interface SagaRow {
  /** `<source>~<type>~<saga id>`: {@link sagaIdOf}. */
  readonly id: string;
  /** The id of the source: a database of the config, or a declared choreography's cluster. */
  readonly source: string;
  readonly type: string;
  readonly sagaId: string;
  readonly kind: SagaKind;
  readonly state: SagaState;
  readonly stuck: { readonly kind: StuckKind; readonly sentence: string } | null;
  /** The step it stands at; null when it ended. */
  readonly step: string | null;
  readonly correlationId: string | null;
  readonly startedAt: number | null;
  readonly updatedAt: number | null;
  readonly endedAt: number | null;
}

export const STEP_STATES = [
  "to-come",
  "sent",
  "done",
  "failed",
  "skipped",
  "compensating",
  "compensated",
  "compensation-failed",
] as const;
export type StepState = (typeof STEP_STATES)[number];

/** A record on a topic, as far as a source knows where it lies. */
export interface SagaRecord {
  readonly cluster: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** SagaStep is one step of one saga, in the order of its definition. Times are epoch ms. */
export interface SagaStep {
  readonly name: string;
  /** The participant; null where the source does not tell. */
  readonly service: string | null;
  readonly state: StepState;
  readonly attempts: number | null;
  readonly sentAt: number | null;
  /** When the reply is due; null without a timer. */
  readonly dueAt: number | null;
  readonly endedAt: number | null;
  readonly commandTopic: string | null;
  readonly commandId: string | null;
  /** JSON. */
  readonly input: unknown;
  readonly output: unknown;
  readonly error: string | null;
  /** Past it nothing is compensated. */
  readonly pivot: boolean;
  /** The topic of its compensation; null without one. */
  readonly compensation: string | null;
}

/** What a journal entry tells of. */
export const JOURNAL_KINDS = [
  "started",
  "command-sent",
  "reply",
  "refused",
  "timeout",
  "compensation-sent",
  "compensated",
  "event",
  "duplicate",
  "late",
  "parked",
  "operator",
  "ended",
  "note",
] as const;
export type JournalKind = (typeof JOURNAL_KINDS)[number];

/** SagaEntry is one thing that happened to a saga, oldest first. */
export interface SagaEntry {
  readonly seq: number;
  /** Epoch ms; null where the source keeps none. */
  readonly at: number | null;
  readonly kind: JournalKind;
  readonly step: string | null;
  readonly service: string | null;
  readonly topic: string | null;
  readonly eventId: string | null;
  readonly record: SagaRecord | null;
  /** The saga's data after it, JSON; undefined where the source keeps none. */
  readonly data?: unknown;
  readonly detail: string | null;
  /** The operator; null for the saga itself. */
  readonly actor: string | null;
}

/** The commands of an operator. */
export const SAGA_COMMANDS = ["retry", "skip", "compensate", "cancel", "resolve"] as const;
export type SagaCommand = (typeof SAGA_COMMANDS)[number];

/** Whether a command may be given now, and why not. */
export interface OfferedCommand {
  readonly command: SagaCommand;
  /** The step it is about; null for those of the whole saga. */
  readonly step: string | null;
  /** null where it is offered. */
  readonly refusal: string | null;
}

/** What a source cannot tell, with the reason: shown as a dash. */
export interface MissingField {
  readonly field: string;
  readonly reason: string;
}

/** Saga is one saga with all that is known of it. */
export interface Saga extends SagaRow {
  readonly cluster: string | null;
  /** The service that owns it; null where the source does not tell. */
  readonly service: string | null;
  /** Counts its changes; null where the source has none. */
  readonly version: number | null;
  readonly parkedReason: string | null;
  /** Evidence of why it is stuck that its source itself holds, as a lock; absent where it holds none. */
  readonly ownEvidence?: readonly StuckEvidence[];
  readonly data: unknown;
  readonly steps: readonly SagaStep[];
  readonly journal: readonly SagaEntry[];
  readonly missing: readonly MissingField[];
  /** The map's next event and its deadline, of a choreography. */
  readonly next: { readonly topic: string; readonly dueAt: number } | null;
}

const SEPARATOR = "~";

/** sagaIdOf makes the console's id of a saga; each part percent-encoded, so that `~` only separates. */
export function sagaIdOf(source: string, type: string, sagaId: string): string {
  return [source, type, sagaId].map(encodePart).join(SEPARATOR);
}

const encodePart = (part: string): string => encodeURIComponent(part).replaceAll(SEPARATOR, "%7E");

/** partsOfSagaId reverses {@link sagaIdOf}; null for what is no such id. */
export function partsOfSagaId(id: string): { source: string; type: string; sagaId: string } | null {
  const parts = id.split(SEPARATOR);
  if (parts.length !== 3) return null;
  try {
    const [source, type, sagaId] = parts.map(decodeURIComponent);
    if (!source || !type || sagaId === undefined || sagaId === "") return null;
    return { source, type, sagaId };
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
