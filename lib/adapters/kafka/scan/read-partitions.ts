import { setImmediate as breathe, setTimeout as delay } from "node:timers/promises";
import type { ClusterLinks, Metadata } from "#lib/adapters/kafka/cluster-links.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { readOffsets } from "#lib/adapters/kafka/read-offsets.ts";
import { handOver, type Portion } from "#lib/adapters/kafka/scan/hand-over.ts";
import { LeaderLoop, type LoopSurroundings } from "#lib/adapters/kafka/scan/leader-loop.ts";
import { PartitionScan } from "#lib/adapters/kafka/scan/partition-scan.ts";
import type {
  PartitionOutcome,
  PartitionPlan,
  ScanHandlers,
  ScanOptions,
} from "#lib/adapters/kafka/scan/types.ts";
import { leadersOf, topicIdOf } from "#lib/adapters/kafka/topics-of-metadata.ts";

const PARTITION_BYTES = 1024 * 1024;
const PATIENCE_MS = 20_000;
const RETRY_MS = 300;
/** Metadata answers without a topic after which it is taken for deleted: a broker may lag behind another. */
const MOST_MISSING = 3;

/**
 * readPartitions reads the offsets of a plan without joining a group: a Fetch by partition, grouped by leader, one in
 * flight a leader while the last answer is handed over. It ends by position: what compaction or retention took,
 * markers, aborted transactions and a log that ends early all count as read. A leader that moves or does not answer is
 * tried again with new metadata; a batch that cannot be read is told and passed over.
 *
 * `links` must be the scan's own: a large answer holds up whatever else is asked over them. Throws KafkaError where no
 * broker answers at the start, the signal's reason when that is aborted, and whatever a handler throws; everything
 * else stands in the outcome of its partition. A partition may stand in the plan once.
 */
export async function readPartitions(
  links: ClusterLinks,
  plan: readonly PartitionPlan[],
  scan: ScanHandlers & ScanOptions,
): Promise<PartitionOutcome[]> {
  return new Scan(links, plan, scan).run();
}

class Scan {
  readonly #links: ClusterLinks;
  readonly #scan: ScanHandlers & ScanOptions;
  readonly #partitions: readonly PartitionScan[];
  readonly #loops = new Map<number, LeaderLoop>();
  readonly #tasks = new Set<Promise<void>>();
  /** Ends the tasks when one fails. */
  readonly #ending = new AbortController();
  readonly #signal: AbortSignal;
  #stopped = false;
  #failure: { reason: unknown } | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(links: ClusterLinks, plan: readonly PartitionPlan[], scan: ScanHandlers & ScanOptions) {
    this.#links = links;
    this.#scan = scan;
    this.#partitions = plan.map((each) => new PartitionScan(each, scan.onFailure?.bind(scan)));
    this.#signal = AbortSignal.any([scan.signal, this.#ending.signal]);
  }

  async run(): Promise<PartitionOutcome[]> {
    const open = this.#partitions.filter((each) => each.open);
    if (open.length > 0) {
      this.#assign(open, await this.#links.metadata(topicsOf(open), this.#signal));
      while (this.#tasks.size > 0) await Promise.all(this.#tasks);
    }
    if (this.#failure !== null) {
      // A timer tells of an abort by an error of its own.
      this.#scan.signal.throwIfAborted();
      throw this.#failure.reason;
    }
    return this.#partitions.map((each) => each.outcome());
  }

  /** Runs a task beside the others; the first that fails ends them all. */
  #spawn(work: () => Promise<void>): void {
    const task = work()
      .catch((reason: unknown) => {
        this.#failure ??= { reason };
        this.#ending.abort();
      })
      .finally(() => this.#tasks.delete(task));
    this.#tasks.add(task);
  }

  /** Hands partitions to the loops of their leaders. */
  #assign(partitions: readonly PartitionScan[], metadata: Metadata): void {
    const leaders = leadersOf(metadata);
    const ids = new Map(metadata.topics.map((each) => [each.name, topicIdOf(each.topicId)]));
    for (const partition of partitions) {
      const { topic, topicId, partition: index } = partition.plan;
      const id = ids.get(topic) ?? null;
      const leaderId = leaders.get(topic)?.[index]?.leaderId ?? null;
      const link = leaderId === null ? undefined : this.#links.brokers().get(leaderId);
      if (id !== null && id !== topicId) partition.giveUp("gone", "the topic was made anew");
      else if (id === null && (partition.missing += 1) >= MOST_MISSING)
        partition.giveUp("gone", "the topic is not there");
      else if (leaderId === null || link === undefined) this.#retry([partition], "it has no leader");
      else {
        const loop = this.#loops.get(leaderId) ?? new LeaderLoop(link, this.#surroundings());
        this.#loops.set(leaderId, loop);
        loop.add(partition);
      }
    }
    for (const loop of this.#loops.values()) if (loop.idle) this.#spawn(() => loop.run());
  }

  #surroundings(): LoopSurroundings {
    return {
      isolation: this.#scan.isolation,
      partitionBytes: this.#scan.partitionBytes ?? PARTITION_BYTES,
      patienceMs: this.#scan.patienceMs ?? PATIENCE_MS,
      signal: this.#signal,
      stopped: () => this.#stopped,
      handOver: (portions) => this.#inTurn(portions),
      onTrouble: (partitions, why) => this.#retry(partitions, why),
      onOutOfRange: (partition) => this.#spawn(() => this.#relocate(partition)),
    };
  }

  /** Hands portions over, one leader's at a time, so that no call of a handler overlaps another. */
  async #inTurn(portions: readonly Portion[]): Promise<void> {
    const before = this.#turn;
    let leave = (): void => undefined;
    this.#turn = new Promise((resolve) => (leave = resolve));
    await before;
    try {
      for (const portion of portions) {
        if (this.#stopped) return;
        // The next answer comes in meanwhile, and an abort is heard.
        await breathe();
        this.#signal.throwIfAborted();
        if ((await handOver(portion, this.#scan)) === "stop") this.#stopped = true;
      }
    } finally {
      leave();
    }
  }

  /** Places partitions anew after a while, or gives those up for which that has gone on too long. */
  #retry(partitions: readonly PartitionScan[], why: string): void {
    const now = performance.now();
    const patienceMs = this.#scan.patienceMs ?? PATIENCE_MS;
    const again = partitions.filter((each) => {
      each.troubleSince ??= now;
      if (now - each.troubleSince < patienceMs) return true;
      each.giveUp("unreachable", why);
      return false;
    });
    if (again.length > 0 && !this.#stopped) this.#spawn(() => this.#placeAnew(again));
  }

  async #placeAnew(partitions: readonly PartitionScan[]): Promise<void> {
    await delay(RETRY_MS, undefined, { signal: this.#signal });
    const metadata = await this.#metadataFor(partitions);
    if (metadata === null) return;
    this.#loops.forEach((loop, leaderId) => {
      // A broker that came back elsewhere has a link of its own.
      if (loop.idle) this.#loops.delete(leaderId);
    });
    this.#assign(partitions, metadata);
  }

  /** null where no broker answers; the partitions are then tried again. */
  async #metadataFor(partitions: readonly PartitionScan[]): Promise<Metadata | null> {
    try {
      return await this.#links.metadata(topicsOf(partitions), this.#signal);
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#retry(partitions, toKafkaError(error, "the cluster").message.replace(/\.$/, ""));
      return null;
    }
  }

  /** Finds out why an offset is not there: retention moved the log's start past it, or the log ends before it. */
  async #relocate(partition: PartitionScan): Promise<void> {
    const { topic, partition: index, toOffset } = partition.plan;
    const metadata = await this.#metadataFor([partition]);
    if (metadata === null) return;
    const topics = new Map([[topic, leadersOf(metadata).get(topic) ?? []]]);
    const at = { brokers: this.#links.brokers(), signal: this.#signal };
    const [starts, ends] = [await readOffsets("start", topics, at), await readOffsets("end", topics, at)];
    const start = starts.offsets.get(topic)?.[index] ?? null;
    const end = ends.offsets.get(topic)?.[index] ?? null;
    const asked = partition.fetchOffset;
    if (start === null || end === null) this.#retry([partition], "its leader does not tell its offsets");
    else if (asked < start) {
      const to = start < toOffset ? start : toOffset;
      const why = `the log now starts at ${start}, retention or a deletion took what lay before`;
      partition.tell("retention", asked, { toOffset: to, why });
      partition.moveTo(to);
      if (partition.open) this.#assign([partition], metadata);
    } else if (asked > end) partition.giveUp("truncated", `the log ends at ${end}`);
    else this.#retry([partition], "its leader does not find the offset");
  }
}

const topicsOf = (partitions: readonly PartitionScan[]): string[] => [
  ...new Set(partitions.map((each) => each.plan.topic)),
];
