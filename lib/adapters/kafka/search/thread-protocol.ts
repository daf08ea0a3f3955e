import type { KafkaErrorKind } from "#lib/adapters/kafka/errors.ts";
import type { LinkOptions } from "#lib/adapters/kafka/broker-link.ts";
import type {
  DecoderChoices,
  ReadRecord,
  RecordAddress,
  SchemaRegistryAccess,
  TriedTerm,
} from "#lib/adapters/kafka/search/types.ts";
import type { RecordAtHand } from "#lib/adapters/kafka/search/thread-sign.ts";
import type {
  FilterTerm,
  MaskingRule,
  RecordSearch,
  SearchEvent,
} from "#lib/domain/records/record-search.ts";
import type { SearchRefusal } from "#lib/domain/records/search-refused.ts";

/** What a thread is started with. Holds secrets: never logged. */
export interface ThreadStart {
  readonly bootstrap: readonly string[];
  readonly link: LinkOptions;
  readonly masking: readonly MaskingRule[];
  readonly schemaRegistry: SchemaRegistryAccess | null;
  /** The memory of a {@link ThreadSign}. */
  readonly sign: SharedArrayBuffer;
}

/** What a thread can be asked for, one at a time. */
export type Job =
  /** Whether a search could be run; answers null, or fails with SearchRefused. */
  | { kind: "check"; question: RecordSearch }
  | { kind: "search"; question: RecordSearch }
  | ({ kind: "read"; at: RecordAddress } & DecoderChoices)
  | ({ kind: "try"; at: RecordAddress; terms: readonly FilterTerm[] } & DecoderChoices);

/** What each job answers; a search's last event has been told before. */
export interface JobAnswers {
  check: null;
  search: null;
  read: ReadRecord | null;
  try: TriedTerm[] | null;
}

/** An error on its way between threads, where classes are lost. */
export type CarriedError =
  | { name: "KafkaError"; kind: KafkaErrorKind; message: string }
  | { name: "SearchRefused"; code: SearchRefusal; term: number | null; message: string }
  | { name: "Error"; message: string };

export type ToThread = { type: "run"; job: Job } | { type: "credit"; bytes: number } | { type: "cancel" };

export type FromThread =
  | { type: "ready" }
  | { type: "event"; event: SearchEvent; bytes: number }
  | { type: "answer"; answer: JobAnswers[Job["kind"]] }
  | { type: "failed"; error: CarriedError };

/** What the process around a thread is told: first with what to start it. */
export type ToHost = { type: "start"; start: Omit<ThreadStart, "sign">; deadlineMs: number } | ToThread;

/** What the process around a thread tells besides: that its thread had to be ended, or ended by itself. */
export type FromHost =
  FromThread | { type: "stuck"; record: RecordAtHand } | { type: "lost"; why: "memory" | "closed" | "other" };

/** Bytes of events that may be on their way to a reader before the thread waits. */
export const EVENT_WINDOW_BYTES = 2 * 1024 * 1024;
