import { Client } from "pg";
import { jsonOfPartitions } from "#lib/adapters/db/group-json.ts";
import type { GroupTopicPartition } from "#lib/domain/sweep/cluster-snapshot.ts";
import { hashOf } from "#lib/services/dead-letters/read-dead-letter.ts";
import type { TestDatabase } from "#test/support/database.ts";

export const CLUSTER = "test";
export const TOPIC = "shipping.courier.request";
export const NOW = Date.now();

/** Asks one of the test's databases. */
export async function sql(
  on: TestDatabase,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: on.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Writes a dead letter with its topic and cause. */
export async function writeDeadLetter(
  own: TestDatabase,
  {
    eventId = null,
    key = null,
    group = "courier",
    state = "open",
    cluster = CLUSTER,
    originTopic = TOPIC,
    at = NOW - 30_000,
  }: Partial<Record<"eventId" | "key" | "group" | "state" | "cluster" | "originTopic", string | null>> & {
    at?: number;
  },
): Promise<void> {
  const [topic] = await sql(
    own,
    `INSERT INTO dead_letter_topic (cluster, topic, topic_id, found_by, observed_at)
      VALUES ($1, $2, gen_random_uuid(), 'name', now()) RETURNING id`,
    [cluster, `${TOPIC}.dlt`],
  );
  const [cause] = await sql(
    own,
    `INSERT INTO dead_letter_cause (cause_id, cluster, cause_class, group_id, dialect, first_seen_at, last_seen_at)
      VALUES (gen_random_uuid(), $1, 'AddressError', $2, 'kit', now(), now()) RETURNING id`,
    [cluster, group],
  );
  await sql(
    own,
    `INSERT INTO dead_letter (topic_ref, partition, record_offset, cause_ref, state, state_at, at, origin_topic, event_id,
      key_hash, pointer, hops) VALUES ($1, 0, 7, $2, $3, now(), $4, $5, $6, $7, false, 1)`,
    [
      topic?.["id"],
      cause?.["id"],
      state,
      new Date(at),
      originTopic,
      eventId,
      key === null ? null : hashOf(Buffer.from(key)),
    ],
  );
}

/** Writes what a sweep leaves of a group and of what it has read of one topic. */
export async function writeGroup(
  own: TestDatabase,
  name: string,
  partitions: readonly Partial<GroupTopicPartition>[],
  {
    members = 1,
    topic = TOPIC,
    parent = null,
  }: { members?: number; topic?: string; parent?: string | null } = {},
): Promise<void> {
  const lag = partitions.reduce((sum, each) => sum + (each.lag?.state === "known" ? each.lag.lag : 0), 0);
  await sql(
    own,
    `INSERT INTO group_state (cluster, group_id, kind, state, protocol_type, member_count, topics, verdict, trouble_rank,
      reason, spark, parent_id, observed_at) VALUES ($1, $2, 'classic', 'stable', 'consumer', $3, '{}', 'ok', 4, '', '{}', $5, $4)
      ON CONFLICT DO NOTHING`,
    [CLUSTER, name, members, new Date(NOW), parent],
  );
  const rows = partitions.map((each, partition): GroupTopicPartition => ({
    ...{ partition, committed: 5n, end: 5n, start: 0n, lag: { state: "known", lag: 0 }, timeLagMs: null },
    ...{
      retentionUsed: null,
      expiresAt: null,
      verdict: "ok",
      reason: "",
      memberId: null,
      movedAt: null,
      ...each,
    },
  }));
  await sql(
    own,
    `INSERT INTO group_topic_state (cluster, group_id, topic, lag, partitions) VALUES ($1, $2, $3, $4, $5::jsonb)`,
    [CLUSTER, name, topic, lag, JSON.stringify(jsonOfPartitions(rows))],
  );
}

/** Writes a row of a kit's outbox. */
export async function writeUnsent(
  shop: TestDatabase,
  change: Partial<Record<"id" | "correlation" | "topic" | "sent", string>> & { at?: number },
): Promise<void> {
  const {
    id = "0199d1a2-0000-7000-8000-00000000000f",
    correlation = "order-9",
    topic = TOPIC,
    sent,
    at = NOW - 20_000,
  } = change;
  await sql(
    shop,
    `INSERT INTO outbox (id, aggregatetype, aggregateid, type, topic, headers, payload, bucket, created_at, sent_at, attempts)
      VALUES ($1, 'saga', 'k', $2, $2, $3, '{}', 3, $4, $5, 2)`,
    [
      id,
      topic,
      JSON.stringify({ "correlation-id": correlation }),
      new Date(at),
      sent === undefined ? null : new Date(sent),
    ],
  );
}
