import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { openOutboxes } from "#lib/adapters/tables/outboxes.ts";
import type { OutboxLookup } from "#lib/adapters/tables/outbox-lookup.ts";
import type { GroupTopicPartition } from "#lib/domain/sweep/cluster-snapshot.ts";
import type { Saga, SagaEntry, SagaStep } from "#lib/domain/sagas/saga.ts";
import { makeLog } from "#lib/log.ts";
import { explainStuck } from "#lib/services/sagas/explain-stuck.ts";
import { KIT_TABLES_SQL } from "#kit/tables.ts";
import { cloneDatabase, emptyDatabase, type TestDatabase } from "#test/support/database.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";
import { CLUSTER, NOW, sql, TOPIC, writeDeadLetter, writeGroup, writeUnsent } from "./evidence-rows.ts";
import { ORDER } from "../../../unit/lib/domain/sagas/shop-choreography.ts";

const SAGA_ID = "saga-1";
/** Where Java's partitioner puts SAGA_ID among four. */
const PARTITIONS = 4;
const COMMAND_ID = "0199d1a2-0000-7000-8000-000000000001";
const SIGNAL = new AbortController().signal;

let own: TestDatabase;
let shop: TestDatabase;
let empty: TestDatabase;
let db: Db;
let outbox: OutboxLookup;
const log = makeLog("test", "error");

beforeAll(async () => {
  [own, shop, empty] = await Promise.all([cloneDatabase(), emptyDatabase(), emptyDatabase()]);
  await sql(shop, KIT_TABLES_SQL);
  db = openDb({ url: own.url, applicationName: "test", poolSize: 3, now: () => NOW, log });
  const databases = [
    { id: "shop", url: shop.url, cluster: CLUSTER },
    { id: "without-outbox", url: empty.url, cluster: CLUSTER },
    { id: "gone", url: "postgres://nobody@127.0.0.1:1/none", cluster: CLUSTER },
    { id: "elsewhere", url: shop.url, cluster: "other" },
  ];
  outbox = openOutboxes({ databases, log });
});
afterAll(async () => {
  await Promise.all([db.close(), outbox.close()]);
  await Promise.all([own.drop(), shop.drop(), empty.drop()]);
});
beforeEach(async () => {
  await sql(
    own,
    `TRUNCATE dead_letter, dead_letter_topic, dead_letter_cause, group_state, group_topic_state, topic_state,
      choreography_instance RESTART IDENTITY`,
  );
  await sql(shop, "TRUNCATE outbox");
  await sql(
    own,
    `INSERT INTO topic_state (cluster, name, topic_id, role, partition_count, replication_factor, start_offsets,
      end_offsets, observed_at) VALUES ($1, $2, gen_random_uuid(), 'base', $3, 1, '{}', '{}', now())`,
    [CLUSTER, TOPIC, PARTITIONS],
  );
});

const step: SagaStep = {
  ...{ name: "courier", service: "courier", state: "sent", attempts: 3, sentAt: NOW - 60_000, dueAt: null },
  ...{ endedAt: null, commandTopic: TOPIC, commandId: COMMAND_ID, input: {}, output: null, error: null },
  ...{ pivot: false, compensation: "shipping.courier.cancel" },
};
const saga: Saga = {
  ...{ id: `shop~fulfilment~${SAGA_ID}`, source: "shop", type: "fulfilment", sagaId: SAGA_ID },
  ...{ kind: "orchestrated", state: "stuck", step: "courier", correlationId: "order-1", cluster: CLUSTER },
  ...{ startedAt: NOW - 90_000, updatedAt: NOW - 60_000, endedAt: null, service: "fulfilment", version: 4 },
  stuck: { kind: "missing-reply", sentence: "No reply of courier to courier came to 3 attempts." },
  ...{ parkedReason: null, data: {}, steps: [step], journal: [], missing: [], next: null },
};

const explain = async (...sagas: Saga[]) => {
  const sagaTools = testSagaTools({ outbox, choreographies: [ORDER] });
  const reasons = await explainStuck({ db, now: () => NOW, sagas: sagaTools }, sagas, SIGNAL);
  return sagas.map(({ id }) => reasons.get(id));
};

const level = (count: number): Partial<GroupTopicPartition>[] => Array.from({ length: count }, () => ({}));
const unread = { committed: 5n, end: 8n, lag: { state: "known", lag: 3 } } as const;

const deadLetter = (row: Parameters<typeof writeDeadLetter>[1]) => writeDeadLetter(own, row);
const unsent = (row: Parameters<typeof writeUnsent>[1]) => writeUnsent(shop, row);
type GroupRest = Parameters<typeof writeGroup> extends [unknown, ...infer Rest] ? Rest : never;
const group = (...rest: GroupRest) => writeGroup(own, ...rest);

describe("why a stuck saga does not go on", () => {
  test("a saga that its source does not call stuck is asked nothing about", async () => {
    await deadLetter({ eventId: COMMAND_ID });
    expect(await explain({ ...saga, state: "running", stuck: null })).toEqual([undefined]);
  });

  test("its command is an open dead letter, found by its event id", async () => {
    await deadLetter({ eventId: COMMAND_ID });
    const [stuck] = await explain(saga);
    expect(stuck).toMatchObject({
      kind: "dead-letter",
      sentence: `${TOPIC} could not be handled by courier (AddressError): it lies in ${TOPIC}.dlt since 30 s.`,
      step: "courier",
    });
    const [evidence] = stuck?.evidence ?? [];
    if (evidence?.kind !== "dead-letter") throw new Error("the dead letter is the evidence");
    expect((await db.deadLetters.get(CLUSTER, evidence.id))?.row.eventId).toBe(COMMAND_ID);
  });

  test("an earlier attempt is found by its key, on the topic of the command since the saga began", async () => {
    await deadLetter({ eventId: "another", key: SAGA_ID });
    expect((await explain(saga))[0]?.kind).toBe("dead-letter");
    expect((await explain({ ...saga, startedAt: NOW - 1_000 }))[0]?.kind).toBe("missing-reply");
  });

  test.each([
    ["one that was discarded", { eventId: COMMAND_ID, state: "discarded" }],
    ["one of another cluster", { eventId: COMMAND_ID, cluster: "other" }],
    ["one of another event", { eventId: "another" }],
    [
      "one of its key on another topic",
      { eventId: "another", key: SAGA_ID, originTopic: "order.order.created" },
    ],
  ])("%s is no evidence", async (_, change) => {
    await deadLetter(change);
    expect((await explain(saga))[0]?.kind).toBe("missing-reply");
  });

  test("its command is still in the outbox, found by its id", async () => {
    await unsent({ id: COMMAND_ID });
    expect((await explain(saga))[0]).toMatchObject({
      kind: "outbox",
      sentence: `${TOPIC} waits in the outbox of shop since 20 s, and it was refused 2 times.`,
    });
  });

  test.each([
    ["one that was sent", { id: COMMAND_ID, sent: new Date(NOW).toISOString() }],
    ["one that was written a moment ago", { id: COMMAND_ID, at: NOW - 1_000 }],
    ["one of another correlation id", { correlation: "order-2" }],
    ["one of another topic", { correlation: "order-1", topic: "order.order.created" }],
  ])("%s in the outbox is no evidence", async (_, change) => {
    await unsent(change);
    expect((await explain(saga))[0]?.kind).toBe("missing-reply");
  });

  test("the group of its participant has no member and has not read the partition of its key", async () => {
    await group("courier", [unread, unread, unread, unread], { members: 0 });
    await group("audit", level(PARTITIONS));
    expect((await explain(saga))[0]).toMatchObject({
      kind: "lagging-group",
      sentence: `courier has no member and has not read ${TOPIC}, 12 records behind.`,
      evidence: [
        { kind: "group", cluster: CLUSTER, group: "courier", lag: 12 },
        { kind: "topic", topic: TOPIC },
      ],
    });
  });

  test("a group that is level has read the command: no reply came", async () => {
    await group(
      "courier",
      level(PARTITIONS).map((each) => ({ ...each, movedAt: NOW - 40_000 })),
    );
    expect((await explain(saga))[0]).toMatchObject({
      kind: "missing-reply",
      sentence: `courier has read ${TOPIC} (its last commit there was 40 s ago) and no reply came.`,
    });
  });

  test("a retry reader is not the group that is waited for", async () => {
    await group("courier", level(PARTITIONS));
    await group("courier-redrive", [unread], { members: 0, parent: "courier" });
    expect((await explain(saga))[0]?.kind).toBe("missing-reply");
  });

  test("a timer is past due and the owning service has no member", async () => {
    await group("fulfilment", level(1), { members: 0, topic: "shipping.courier.booked" });
    const late = { ...saga, stuck: { kind: "timer-due", sentence: "x" } } as const;
    expect((await explain(late))[0]).toMatchObject({
      kind: "timer-due",
      evidence: [
        { kind: "group", group: "fulfilment" },
        { kind: "topic", topic: TOPIC },
      ],
    });
  });

  test("of a choreography: the service that sends the missing event, seen in others, has not read its cause", async () => {
    await sql(
      own,
      `INSERT INTO choreography_instance (cluster, type, correlation_id, events, state, updated_at) VALUES
        ($1, 'order', 'other', $2, 'completed', now())`,
      [CLUSTER, ["order.payment.completed", 0, 1, "e", "", "payments", NOW].join("\t")],
    );
    const created = "order.order.created";
    await group("payments", [{ ...unread, committed: 7n }], { topic: created });
    await group("notifications", [{ committed: 8n }], { topic: created });
    const record = { cluster: CLUSTER, topic: created, partition: 0, offset: 7n };
    const entry: SagaEntry = {
      ...{ seq: 1, at: NOW - 60_000, step: null, service: "orders", topic: created },
      kind: "started",
      ...{ eventId: COMMAND_ID, record, detail: null, actor: null },
    };
    const choreographed: Saga = {
      ...saga,
      ...{ kind: "choreographed", source: CLUSTER, type: "order", service: null, version: null },
      stuck: { kind: "missing-event", sentence: "It is missing." },
      ...{ steps: [], journal: [entry], next: { topic: "order.payment.completed", dueAt: NOW - 30_000 } },
    };
    expect((await explain(choreographed))[0]).toMatchObject({
      kind: "lagging-group",
      evidence: [
        { kind: "group", group: "payments" },
        { kind: "record", offset: 7n },
      ],
    });
    // The same with the record read: another group's lag holds nothing up.
    const read = { ...choreographed, journal: [{ ...entry, record: { ...record, offset: 6n } }] };
    expect((await explain(read))[0]).toMatchObject({
      kind: "missing-event",
      sentence: "It is missing. payments has read order.order.created.",
    });
    await unsent({ correlation: "order-1", topic: "order.payment.failed" });
    expect((await explain(read))[0]?.kind).toBe("outbox");
  });

  test("the lookups of dead letters and outboxes walk no whole table", async () => {
    const plan = async (on: TestDatabase, text: string) =>
      JSON.stringify(await sql(on, `EXPLAIN (FORMAT JSON) ${text}`));
    await sql(
      own,
      "INSERT INTO dead_letter (topic_ref, partition, record_offset, cause_ref, state_at, at, event_id, pointer, hops) SELECT 1, 0, n, 1, now(), now(), 'e' || n, false, 1 FROM generate_series(1, 20000) AS n",
    );
    await sql(own, "ANALYZE dead_letter");
    expect(
      await plan(
        own,
        "SELECT 1 FROM dead_letter d WHERE d.event_id = ANY ('{e5,e6}'::text[]) AND d.state = 'open' LIMIT 500",
      ),
    ).toContain("dead_letter_event_id_idx");
    await sql(
      shop,
      "INSERT INTO outbox (id, aggregatetype, type, topic, headers, payload, bucket, sent_at) SELECT gen_random_uuid(), 'a', 't', 't', '{}', '{}', n % 64, now() FROM generate_series(1, 20000) AS n",
    );
    await sql(shop, "ANALYZE outbox");
    expect(
      await plan(shop, "SELECT id FROM outbox WHERE sent_at IS NULL ORDER BY bucket, seq LIMIT 5000"),
    ).toContain("outbox_unsent");
  });
});
