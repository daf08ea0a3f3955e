import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { readPartitions } from "#lib/adapters/kafka/scan/read-partitions.ts";
import type {
  PartitionPlan,
  PartitionPosition,
  ResolvedPartition,
  ScannedBatch,
  ScanFailure,
} from "#lib/adapters/kafka/scan/types.ts";
import { SchemaNeeded, type SchemaLookup } from "#lib/adapters/kafka/search/decode/schema-lookup.ts";
import { compileFilter, type CompiledFilter } from "#lib/adapters/kafka/search/filter/compile-filter.ts";
import {
  RecordFields,
  SHOWN_CHARACTERS,
  type TopicReading,
} from "#lib/adapters/kafka/search/record-fields.ts";
import type { TokenPartition } from "#lib/adapters/kafka/search/search-token.ts";
import type { ThreadSign } from "#lib/adapters/kafka/search/thread-sign.ts";
import { withSchemas } from "#lib/adapters/kafka/search/with-schemas.ts";
import { maskOfTopic } from "#lib/domain/records/masking.ts";
import type {
  MaskingRule,
  RecordSearch,
  SearchEndReason,
  SearchEvent,
  SearchProgress,
} from "#lib/domain/records/record-search.ts";
import { recordRate, type RateSample } from "#lib/domain/records/search-progress.ts";
import type { ShownRecord } from "#lib/domain/records/record.ts";

/** What a search runs on. */
export interface SearchTools {
  readonly links: ClusterLinks;
  readonly masking: readonly MaskingRule[];
  readonly schemas: SchemaLookup | null;
  readonly sign: ThreadSign;
  /** Sends an event; the promise waits until the reader may be sent another, or the search is cancelled. */
  emit(event: SearchEvent): Promise<void>;
  /** Aborted when the search is cancelled. */
  readonly signal: AbortSignal;
}

/** One partition of a search. `nextOffset` is where forward reading goes on, and below which backward reading does. */
export interface SearchedPartition extends TokenPartition {
  key: string;
  records: number;
  failures: string[];
  /** Nothing more can be read of it, though something is left. */
  closed: boolean;
}

/** A topic of a search: its place in the question, how it is read, and its conditions. */
interface SearchedTopic {
  index: number;
  reading: TopicReading;
  filter: CompiledFilter;
}

/** Who is told what a scan finds. */
export interface Visitor {
  /** A record that meets the conditions; it shares the batch's memory. */
  onHit(fields: RecordFields, partition: SearchedPartition): Promise<void>;
  /** A batch was looked through; `at` is the time of its first and last record, epoch ms, null where none was cut. */
  onLooked?(partition: SearchedPartition, at: { first: number | null; last: number | null }): Promise<void>;
  /** Reading stands behind all below `nextOffset`. */
  onPosition?(partition: SearchedPartition, nextOffset: bigint): void;
}

/** Failures that are kept of one partition. */
const MOST_FAILURES = 20;
/** Records between two looks at the clock where conditions are quick. */
const QUICK_RECORDS = 256;

/** keyOf names a partition within a search. */
export const keyOf = ({ topic, partition }: { topic: string; partition: number }): string =>
  `${partition} ${topic}`;

/** SearchRun is what all searches share: conditions, limits, progress, and the scan of a range. */
export class SearchRun {
  readonly question: RecordSearch;
  readonly partitions = new Map<string, SearchedPartition>();
  hits = 0;
  /** Why it ended; null while it runs. */
  ended: SearchEndReason | null = null;
  sentence: string | null = null;
  /** Aborted when the search ended, for whatever reason. */
  readonly signal: AbortSignal;
  readonly #tools: SearchTools;
  readonly #startedMs = performance.now();
  readonly #stop = new AbortController();
  readonly #topics = new Map<string, SearchedTopic>();
  /** Positions of the scan under way, for what came since. */
  #seen = new Map<string, PartitionPosition>();
  #stoppedIn: string | null = null;
  #records = 0;
  #bytes = 0;
  #samples: RateSample[] = [];

  constructor(question: RecordSearch, tools: SearchTools) {
    this.question = question;
    this.#tools = tools;
    this.signal = AbortSignal.any([tools.signal, this.#stop.signal]);
  }

  /** Ends the search; the first reason counts. */
  finish(reason: SearchEndReason, sentence: string | null = null): void {
    if (this.ended !== null) return;
    this.ended = reason;
    this.sentence = sentence ?? this.sentence;
    this.#stop.abort();
  }

  /** Names a partition that is to be read. */
  add(resolved: ResolvedPartition, from: TokenPartition): SearchedPartition {
    const { topic, topicId, partition, note } = resolved;
    const failures = note === null ? [] : [note];
    const added = {
      ...from,
      topic,
      topicId,
      partition,
      key: keyOf(resolved),
      records: 0,
      failures,
      closed: false,
    };
    this.partitions.set(added.key, added);
    return added;
  }

  /** Reads ranges, asks the conditions, and tells the visitor. Returns early when the search ends. */
  async scan(plan: readonly PartitionPlan[], visitor: Visitor): Promise<void> {
    this.#seen = new Map();
    const topics = [...new Set(plan.map((each) => each.topic))].map((topic) => this.#topic(topic, plan));
    try {
      const outcomes = await readPartitions(this.#tools.links, plan, {
        isolation: this.question.isolation,
        signal: this.signal,
        mayMatch: this.#prefilterOf(topics.map(({ filter }) => filter)),
        onBatch: (batch) => this.#onBatch(batch, visitor),
        onPosition: (position) => this.#onPosition(position, visitor),
        onFailure: (failure) => this.#onFailure(failure),
      });
      for (const outcome of outcomes) {
        const partition = this.partitions.get(keyOf(outcome));
        if (partition !== undefined && !outcome.done && this.ended === null) partition.closed = true;
      }
    } catch (error) {
      if (this.#tools.signal.aborted) this.finish("cancelled");
      if (this.ended === null) throw error;
    }
  }

  /** A record as a list shows it. */
  show(fields: RecordFields): Promise<ShownRecord> {
    return withSchemas(this.#tools.schemas, this.signal, () => fields.show(SHOWN_CHARACTERS.list));
  }

  /** Sends a record that was found; ends the search with the last that may be. */
  async found(record: ShownRecord): Promise<void> {
    this.hits += 1;
    if (this.hits >= this.question.limits.hits) this.finish("hits");
    await this.#tools.emit({ type: "record", record });
  }

  /** How far the search is; `nextOf` says where a partition goes on. */
  progress(nextOf: (partition: SearchedPartition) => bigint): SearchProgress {
    const nowMs = performance.now();
    const elapsedMs = Math.round(nowMs - this.#startedMs);
    this.#samples = [...this.#samples.slice(-8), { atMs: nowMs, records: this.#records }];
    return {
      hits: this.hits,
      records: this.#records,
      bytes: this.#bytes,
      elapsedMs,
      recordRate: recordRate(this.#samples, elapsedMs),
      partitions: [...this.partitions.values()].map((each) => ({
        topic: each.topic,
        partition: each.partition,
        fromOffset: each.fromOffset,
        nextOffset: nextOf(each),
        toOffset: each.toOffset,
        records: each.records,
        done: false,
        failures: each.failures,
      })),
    };
  }

  #topic(topic: string, plan: readonly PartitionPlan[]): SearchedTopic {
    const known = this.#topics.get(topic);
    if (known !== undefined) return known;
    const { keyDecoder, valueDecoder, terms } = this.question;
    const mask = maskOfTopic(this.#tools.masking, topic);
    const topicId = plan.find((each) => each.topic === topic)?.topicId ?? "";
    const reading = { topic, topicId, mask, schemas: this.#tools.schemas, keyDecoder, valueDecoder };
    const made = { index: this.question.topics.indexOf(topic), reading, filter: compileFilter(terms, mask) };
    this.#topics.set(topic, made);
    return made;
  }

  /** One question about bytes for all topics: none where a topic has no answer to it. */
  #prefilterOf(filters: readonly CompiledFilter[]): ((bytes: Buffer) => boolean) | undefined {
    const [first] = filters;
    const all = filters.every(({ prefilter }) => prefilter !== null);
    return all ? (first?.prefilter ?? undefined) : undefined;
  }

  async #onBatch(batch: ScannedBatch, visitor: Visitor): Promise<"stop" | undefined> {
    const partition = this.partitions.get(keyOf(batch));
    const topic = this.#topics.get(batch.topic);
    if (partition === undefined || topic === undefined) return undefined;
    let looked = 0;
    const at: { first: number | null; last: number | null } = { first: null, last: null };
    for (const view of batch.records) {
      if (this.#mustStop(looked, topic.filter.slow)) return this.#stopIn(partition, batch, looked);
      this.#tools.sign.atRecord({ topic: topic.index, partition: batch.partition, offset: view.offset });
      const fields = new RecordFields(view, batch.partition, topic.reading);
      const met = this.#meets(topic.filter, fields);
      if (typeof met === "boolean" ? met : await met) await visitor.onHit(fields, partition);
      looked += 1;
      visitor.onPosition?.(partition, view.offset + 1n);
      if (this.#hasEnded()) return this.#stopIn(partition, batch, looked);
      if (view.timestamp !== null) at.last = Number(view.timestamp);
      at.first ??= at.last;
    }
    await visitor.onLooked?.(partition, at);
    return this.#hasEnded() ? "stop" : undefined;
  }

  #hasEnded(): boolean {
    return this.ended !== null;
  }

  /** Awaited only where a schema must be loaded: most records are told at once. */
  #meets(filter: CompiledFilter, fields: RecordFields): boolean | Promise<boolean> {
    const { schemas } = this.#tools;
    try {
      return filter.matches(fields);
    } catch (error) {
      if (!(error instanceof SchemaNeeded)) throw error;
      return withSchemas(schemas, this.signal, () => filter.matches(fields));
    }
  }

  #mustStop(looked: number, slow: boolean): boolean {
    if (this.ended !== null) return true;
    if (this.#records + looked >= this.question.limits.records) this.finish("records");
    else if (slow || looked % QUICK_RECORDS === 0) this.checkClock();
    return this.#hasEnded();
  }

  /** Gives a sign, and ends the search when it was cancelled or its time is over. */
  checkClock(): void {
    this.#tools.sign.at = Date.now();
    if (this.#tools.sign.cancelled || this.#tools.signal.aborted) this.finish("cancelled");
    else if (performance.now() - this.#startedMs >= this.question.limits.seconds * 1_000)
      this.finish("seconds");
  }

  /** Ends the scan within a batch: what of it was not looked at does not count. */
  #stopIn(partition: SearchedPartition, batch: ScannedBatch, looked: number): "stop" {
    let left = -looked;
    const iterator = batch.records[Symbol.iterator]();
    while (iterator.next().done !== true) left += 1;
    this.#stoppedIn = partition.key;
    partition.records -= left;
    this.#records -= left;
    return "stop";
  }

  #onPosition(position: PartitionPosition, visitor: Visitor): void {
    const partition = this.partitions.get(keyOf(position));
    if (partition === undefined) return;
    const before = this.#seen.get(partition.key);
    this.#seen.set(partition.key, position);
    const records = position.records - (before?.records ?? 0);
    partition.records += records;
    this.#records += records;
    this.#bytes += position.bytes - (before?.bytes ?? 0);
    if (this.#stoppedIn !== partition.key) visitor.onPosition?.(partition, position.nextOffset);
    if (this.#bytes >= this.question.limits.bytes) this.finish("bytes");
    if (this.#records >= this.question.limits.records) this.finish("records");
    this.checkClock();
  }

  #onFailure({ topic, partition, reason }: ScanFailure): void {
    const of = this.partitions.get(keyOf({ topic, partition }));
    if (of === undefined) return;
    if (of.failures.length < MOST_FAILURES) of.failures.push(reason);
    else of.failures[MOST_FAILURES] = "More could not be read.";
  }
}
