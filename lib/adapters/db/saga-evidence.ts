import { numberArray, textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { idOfPlace } from "#lib/adapters/db/dead-letter-id.ts";
import { partitionsOfJson } from "#lib/adapters/db/group-json.ts";
import type { GroupTopicPartition } from "#lib/domain/sweep/cluster-snapshot.ts";

/** An open dead letter of a message or of a key. */
export interface EvidentDeadLetter {
  readonly id: string;
  readonly topic: string;
  readonly originTopic: string | null;
  readonly group: string | null;
  readonly causeClass: string | null;
  readonly eventId: string | null;
  readonly keyHash: bigint | null;
  /** Epoch ms. */
  readonly at: number;
}

/** A group of its own with what it has read of one topic. */
export interface TopicGroup {
  readonly topic: string;
  readonly group: string;
  readonly memberCount: number;
  /** Records of the topic; null where it is not known. */
  readonly lag: number | null;
  readonly drainsInMs: number | null;
  /** Epoch ms. */
  readonly observedAt: number;
  readonly partitions: readonly GroupTopicPartition[];
}

/** SagaEvidenceStore finds in the console's own tables why sagas do not go on. Every answer is bounded. */
export interface SagaEvidenceStore {
  /** Open dead letters with one of the event ids, and the newest of each key; twins are left out. */
  deadLetters(
    cluster: string,
    of: { eventIds: readonly string[]; keyHashes: readonly bigint[] },
  ): Promise<EvidentDeadLetter[]>;
  /** The groups of topics as last swept; readers on another group's behalf are left out. */
  groups(cluster: string, topics: readonly string[]): Promise<TopicGroup[]>;
  /** Members of groups as last swept; a group that is not there is absent. */
  members(cluster: string, groups: readonly string[]): Promise<Map<string, number>>;
}

const DEAD_LETTERS = 500;
const OF_A_KEY = 10;
const GROUPS = 500;

/** sagaEvidenceStore makes a {@link SagaEvidenceStore}. */
export function sagaEvidenceStore(sql: Sql): SagaEvidenceStore {
  return {
    async deadLetters(cluster, of) {
      if (of.eventIds.length + of.keyHashes.length === 0) return [];
      const rows = await selectDeadLetters(sql, cluster, of);
      return rows.map(({ topicRef, partition, offset, at, ...row }) => ({
        ...row,
        ...{ id: idOfPlace({ topicRef, partition, offset }), at: at.getTime() },
      }));
    },
    async groups(cluster, topics) {
      if (topics.length === 0) return [];
      const rows = await selectGroups(sql, cluster, topics);
      return rows.map(({ lag, drainsInMs, observedAt, partitions, ...row }) => ({
        ...row,
        lag: lag === null ? null : Number(lag),
        drainsInMs: drainsInMs === null ? null : Number(drainsInMs),
        observedAt: observedAt.getTime(),
        partitions: partitionsOfJson(partitions),
      }));
    },
    async members(cluster, groups) {
      const rows = await sql.groupState.findMany({
        where: { cluster, groupId: { in: [...groups] } },
        select: { groupId: true, memberCount: true },
      });
      return new Map(rows.map(({ groupId, memberCount }) => [groupId, memberCount]));
    },
  };
}

interface DeadLetterEvidenceRow extends Omit<EvidentDeadLetter, "id" | "at"> {
  topicRef: number;
  partition: number;
  offset: bigint;
  at: Date;
}

/** By the index of open event ids and by that of keys. */
async function selectDeadLetters(
  sql: Sql,
  cluster: string,
  { eventIds, keyHashes }: { eventIds: readonly string[]; keyHashes: readonly bigint[] },
): Promise<DeadLetterEvidenceRow[]> {
  return sql.$queryRaw`
    WITH found AS MATERIALIZED (
      (SELECT d.topic_ref, d.partition, d.record_offset FROM dead_letter d
        WHERE d.event_id = ANY (${textArray(eventIds)}::text[]) AND d.state = 'open' LIMIT ${DEAD_LETTERS})
      UNION
      (SELECT k.topic_ref, k.partition, k.record_offset FROM unnest(${numberArray(keyHashes)}::bigint[]) AS h(hash)
        CROSS JOIN LATERAL (SELECT d.* FROM dead_letter d WHERE d.key_hash = h.hash ORDER BY d.at DESC
          LIMIT ${OF_A_KEY}) AS k WHERE k.state = 'open' LIMIT ${DEAD_LETTERS}))
    SELECT d.topic_ref AS "topicRef", d.partition, d.record_offset AS "offset", d.at, t.topic,
      d.origin_topic AS "originTopic", c.group_id AS "group", c.cause_class AS "causeClass", d.event_id AS "eventId",
      d.key_hash AS "keyHash"
    FROM found f JOIN dead_letter d USING (topic_ref, partition, record_offset)
    JOIN dead_letter_topic t ON t.id = d.topic_ref JOIN dead_letter_cause c ON c.id = d.cause_ref
    WHERE t.cluster = ${cluster} AND d.twin_offset IS NULL`;
}

interface GroupEvidenceRow extends Omit<TopicGroup, "lag" | "drainsInMs" | "observedAt" | "partitions"> {
  lag: bigint | null;
  drainsInMs: bigint | null;
  observedAt: Date;
  partitions: unknown;
}

async function selectGroups(
  sql: Sql,
  cluster: string,
  topics: readonly string[],
): Promise<GroupEvidenceRow[]> {
  return sql.$queryRaw`
    SELECT t.topic, t.group_id AS "group", g.member_count AS "memberCount", t.lag, g.drains_in_ms AS "drainsInMs",
      g.observed_at AS "observedAt", t.partitions
    FROM group_topic_state t JOIN group_state g ON g.cluster = t.cluster AND g.group_id = t.group_id
    WHERE t.cluster = ${cluster} AND t.topic = ANY (${textArray(topics)}::text[]) AND g.parent_id IS NULL
    ORDER BY g.trouble_rank, t.group_id COLLATE "C" LIMIT ${GROUPS}`;
}
