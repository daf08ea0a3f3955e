import type { TopicMask } from "#lib/domain/records/masking.ts";
import type { DecoderChoice, ShownRecord } from "#lib/domain/records/record.ts";
import type {
  FilterTerm,
  MaskingRule,
  RecordSearch,
  SearchEvent,
} from "#lib/domain/records/record-search.ts";

/** How the key and the value of a record are to be read. */
export interface DecoderChoices {
  keyDecoder: DecoderChoice;
  valueDecoder: DecoderChoice;
}

/** A record by its place; the topic's name is enough. */
export interface RecordAddress {
  topic: string;
  partition: number;
  offset: bigint;
}

/** One record with its neighbours on the partition. */
export interface ReadRecord {
  record: ShownRecord;
  /** The offset of the record before; null where there is none that could be found in 10,000 offsets. */
  before: bigint | null;
  /** The offset of the record after; null where there is none. */
  after: bigint | null;
}

/** What a term makes of one record; `problem` says why it could not be told, in a sentence, and then it matches not. */
export interface TriedTerm {
  matches: boolean;
  problem: string | null;
}

/**
 * ClusterRecords reads records of one cluster in processes of their own: without a group, decoded, and masked by the
 * cluster's rules before anything leaves them. Its calls throw SearchRefused (`domain/records`) for a question
 * that cannot be asked, and KafkaError where the brokers do not answer.
 */
export interface ClusterRecords {
  /**
   * Streams what a search finds. A question that cannot be asked fails the first `next()` with SearchRefused, before
   * anything is queued; whatever fails later is told by the last event, which is always of type `end`. Aborting
   * `signal`, or leaving the loop, ends the scan; a reader that is slow holds it up.
   */
  search(question: RecordSearch, options: { signal: AbortSignal }): AsyncIterable<SearchEvent>;
  /** Reads one record, committed or not, up to 1 MB of each field; null where no record has the offset. */
  read(at: RecordAddress, options: DecoderChoices & { signal: AbortSignal }): Promise<ReadRecord | null>;
  /** Tells what each term makes of one record, by the engine of the search; null where no record has the offset. */
  tryFilter(
    at: RecordAddress,
    options: DecoderChoices & { terms: readonly FilterTerm[]; signal: AbortSignal },
  ): Promise<TriedTerm[] | null>;
  /** An exception's text as it may be shown: the mask where a rule covers the errors of the topic. */
  maskError(topic: string, text: string): string;
  /** What the rules hide in a topic, for what is read by other ways (`TopicMask.key`: may a key be kept?). */
  maskOf(topic: string): TopicMask;
  /** Ends the processes; searches under way end as cancelled. */
  close(): Promise<void>;
}

/** Where a cluster's Schema Registry is. Holds secrets: never logged. */
export interface SchemaRegistryAccess {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** How searches of a cluster are run. */
export interface SearchOptions {
  readonly masking: readonly MaskingRule[];
  readonly schemaRegistry: SchemaRegistryAccess | null;
  /** Searches that run at once; more wait in a queue. */
  readonly threads: number;
}
