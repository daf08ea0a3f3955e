import { setTimeout as delay } from "node:timers/promises";
import { metadataV12 } from "@platformatic/kafka";
import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import type { ClusterLinks, Metadata } from "#lib/adapters/kafka/cluster-links.ts";
import { copyErrorOf, toCopyError } from "#lib/adapters/kafka/copy/copy-errors.ts";
import { CopyError } from "#lib/adapters/kafka/copy/copy-port.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import { topicIdOf } from "#lib/adapters/kafka/topics-of-metadata.ts";
import type { PlannedTopic } from "#lib/domain/jobs/job-plan.ts";

type ToldTopic = Metadata["topics"][number];

/** A topic that was just made may not be known to every broker yet. */
const UNKNOWN_PATIENCE_MS = 2_000;
/** Copies are written by name: a topic made anew under it would be given some, though they are never committed. */
const LOOK_AGAIN_MS = 1_000;
const RETRY_MS = 100;
const UNKNOWN_TOPIC = 3;

/**
 * TargetLeaders knows who leads the partitions that copies go to, and holds that a topic stays the one that was planned:
 * its id, and its number of partitions. A topic that was not planned must stay what it was when it was first seen. Its
 * calls throw {@link CopyError} `target_changed`, `denied`, or `ambiguous` where nobody answers.
 */
export class TargetLeaders {
  readonly #links: ClusterLinks;
  readonly #known = new Map<string, PlannedTopic>();
  readonly #leaders = new Map<string, ReadonlyMap<number, number>>();
  readonly #lookedAt = new Map<string, number>();

  constructor(links: ClusterLinks, planned: readonly PlannedTopic[]) {
    this.#links = links;
    for (const each of planned) this.#known.set(each.topic, each);
  }

  /** The link to a partition's leader; null while nobody leads it. The topic must have been looked up. */
  leaderOf(topic: string, partition: number): BrokerLink | null {
    const ofTopic = this.#leaders.get(topic);
    const leaderId = ofTopic?.get(partition);
    if (ofTopic !== undefined && leaderId === undefined)
      throw new CopyError("target_changed", `topic ${topic} has no partition ${partition}.`);
    return leaderId === undefined ? null : (this.#links.brokers().get(leaderId) ?? null);
  }

  /** Looks up topics that are not known yet, and those that were looked up more than a second ago. */
  async ensure(topics: Iterable<string>): Promise<void> {
    const since = performance.now() - LOOK_AGAIN_MS;
    const due = [...topics].filter((each) => (this.#lookedAt.get(each) ?? Number.NEGATIVE_INFINITY) < since);
    if (due.length > 0) await this.refresh(due);
  }

  /** Looks up the leaders of topics anew. */
  async refresh(topics: readonly string[]): Promise<void> {
    const deadline = performance.now() + UNKNOWN_PATIENCE_MS;
    for (;;) {
      const askedAt = performance.now();
      const told = await this.#told(topics);
      const missing = topics.some((topic) => (codeOf(told, topic) ?? UNKNOWN_TOPIC) === UNKNOWN_TOPIC);
      if (!missing || performance.now() >= deadline) {
        this.#check(topics, told);
        for (const topic of topics) this.#lookedAt.set(topic, askedAt);
        return;
      }
      await delay(RETRY_MS);
    }
  }

  /**
   * Asks a leader that has just taken copies which topics it knows by these names: ids are never used again and a
   * broker's knowledge never goes back, so that what it tells now was true when it took them.
   */
  async verify(leader: BrokerLink, topics: readonly string[]): Promise<void> {
    try {
      const args: [string[], boolean, boolean] = [[...topics], false, false];
      const { topics: told } = await leader.call(metadataV12.api, args, new AbortController().signal);
      this.#check(topics, told);
    } catch (error) {
      throw toCopyError(error, "The targets cannot be verified");
    }
  }

  async #told(topics: readonly string[]): Promise<readonly ToldTopic[]> {
    try {
      return (await this.#links.metadata(topics, new AbortController().signal)).topics;
    } catch (error) {
      throw toCopyError(error, "The targets cannot be looked up");
    }
  }

  #check(topics: readonly string[], told: readonly ToldTopic[]): void {
    for (const topic of topics) {
      const code = codeOf(told, topic) ?? UNKNOWN_TOPIC;
      const found = told.find((each) => each.name === topic);
      // LEADER_NOT_AVAILABLE comes with the partitions: some of them may be led.
      if (found === undefined || (code !== 0 && nameOf(code) !== "LEADER_NOT_AVAILABLE"))
        throw copyErrorOf({ code }, `topic ${topic}`);
      this.#compare(topic, found);
      this.#leaders.set(
        topic,
        new Map(found.partitions.map(({ partitionIndex, leaderId }) => [partitionIndex, leaderId])),
      );
    }
  }

  #compare(topic: string, found: ToldTopic): void {
    const topicId = topicIdOf(found.topicId) ?? "";
    const partitionCount = found.partitions.length;
    const known = this.#known.get(topic);
    if (known === undefined) this.#known.set(topic, { topic, topicId, partitionCount });
    else if (known.topicId !== topicId)
      throw new CopyError("target_changed", `topic ${topic} was deleted and made anew.`);
    else if (known.partitionCount !== partitionCount)
      throw new CopyError(
        "target_changed",
        `topic ${topic} has ${partitionCount} partitions and had ${known.partitionCount}.`,
      );
  }
}

const codeOf = (told: readonly ToldTopic[], topic: string): number | undefined =>
  told.find((each) => each.name === topic)?.errorCode;
