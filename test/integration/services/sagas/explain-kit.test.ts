import { afterAll, beforeAll, expect, test } from "vitest";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { openOutboxes } from "#lib/adapters/tables/outboxes.ts";
import { openSagaSources } from "#lib/adapters/tables/sagas/open-sources.ts";
import type { SagaTools } from "#lib/services/ctx.ts";
import { partitionOfKey } from "#lib/domain/records/partition-of-key.ts";
import { makeLog } from "#lib/log.ts";
import { explainStuck } from "#lib/services/sagas/explain-stuck.ts";
import { KIT_TABLES_SQL } from "#kit/tables.ts";
import { cloneDatabase, emptyDatabase, type TestDatabase } from "#test/support/database.ts";
import { installKitSagas, storeKitSagas } from "#test/support/kit-sagas.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";
import { CLUSTER, NOW, sql, writeDeadLetter, writeGroup, writeUnsent } from "./evidence-rows.ts";

const SIGNAL = new AbortController().signal;
const COMMAND = "courier.courier.wanted";
const REPLY = "courier.courier.done";
const PARTITIONS = 6;

let [own, shop]: TestDatabase[] = [];
let db: Db;
let sagas: SagaTools;
const databases = () => {
  if (own === undefined || shop === undefined) throw new Error("they are opened before the tests");
  return { own, shop };
};

beforeAll(async () => {
  [own, shop] = await Promise.all([cloneDatabase(), emptyDatabase()]);
  const { url } = shop;
  await sql(shop, KIT_TABLES_SQL);
  await installKitSagas(url);
  const log = makeLog("test", "error");
  db = openDb({ url: own.url, applicationName: "test", poolSize: 3, now: () => NOW, log });
  const sources = openSagaSources({
    ...{
      databases: [{ id: "shop", url, cluster: CLUSTER, sagas: [{ preset: "kit" }] }],
      now: () => NOW,
      log,
    },
    refusal: () => null,
  });
  const outbox = openOutboxes({ databases: [{ id: "shop", url, cluster: CLUSTER }], log });
  sagas = testSagaTools({ sources, outbox });
  await sql(
    own,
    `INSERT INTO topic_state (cluster, name, topic_id, role, partition_count, replication_factor, start_offsets,
      end_offsets, observed_at) VALUES ($1, $2, gen_random_uuid(), 'base', $3, 1, '{}', '{}', now())`,
    [CLUSTER, COMMAND, PARTITIONS],
  );
});
afterAll(async () => {
  await Promise.all([db.close(), sagas.outbox.close(), ...sagas.sources.map((source) => source.close())]);
  await Promise.all([own?.drop(), shop?.drop()]);
});

/** Why a saga of the kit's tables is stuck. */
async function explain(id: string) {
  const saga = await sagas.sources[0]?.get("fulfilment", id, SIGNAL);
  if (saga === null || saga === undefined) throw new Error("it was stored");
  const reasons = await explainStuck({ db, now: () => NOW, sagas }, [saga], SIGNAL);
  return reasons.get(saga.id);
}

const waiting = { step: "courier", attempts: 2, dueAt: NOW - 1_000, updatedAt: NOW - 20_000 };

test("the courier is down: its group has no member and has not read the partition of the command", async () => {
  const { own: ours, shop: theirs } = databases();
  await storeKitSagas(theirs.url, [{ id: "down", ...waiting }]);
  const at = partitionOfKey(Buffer.from("down"), PARTITIONS);
  // Only the partition of its key has something unread.
  await writeGroup(
    ours,
    "courier",
    Array.from({ length: PARTITIONS }, (_, partition) =>
      partition === at ? { committed: 5n, end: 7n, lag: { state: "known", lag: 2 } as const } : {},
    ),
    { members: 0, topic: COMMAND },
  );
  expect(await explain("down")).toMatchObject({
    kind: "lagging-group",
    sentence: `courier has no member and has not read ${COMMAND}, 2 records behind.`,
    step: "courier",
    evidence: [
      { kind: "group", group: "courier", lag: 2 },
      { kind: "topic", topic: COMMAND },
    ],
  });
  // Another key lies in a partition that is read to its end.
  const other = Array.from({ length: 50 }, (_, n) => `other-${n}`).find(
    (id) => partitionOfKey(Buffer.from(id), PARTITIONS) !== at,
  );
  await storeKitSagas(theirs.url, [{ id: other ?? "", ...waiting }]);
  expect((await explain(other ?? ""))?.kind).toBe("missing-reply");
});

test("its first attempt died: the dead letter is found by the saga's id, its record's key", async () => {
  const { own: ours, shop: theirs } = databases();
  await storeKitSagas(theirs.url, [{ id: "dead", ...waiting }]);
  await writeDeadLetter(ours, { eventId: "first", key: "dead", originTopic: COMMAND, at: NOW - 15_000 });
  expect((await explain("dead"))?.kind).toBe("dead-letter");
});

test("the answer died at the orchestrator, which reads in a group of its own", async () => {
  const { own: ours, shop: theirs } = databases();
  await storeKitSagas(theirs.url, [{ id: "answer", ...waiting }]);
  await writeDeadLetter(ours, {
    ...{ eventId: "reply", key: "answer", originTopic: REPLY, group: "fulfilment-saga", at: NOW - 15_000 },
  });
  expect((await explain("answer"))?.sentence).toMatch(
    new RegExp(`^${REPLY} could not be handled by fulfilment-saga`),
  );
});

test("the answer waits in the participant's outbox", async () => {
  const { shop: theirs } = databases();
  await storeKitSagas(theirs.url, [{ id: "unsent", ...waiting }]);
  await writeUnsent(theirs, { correlation: "c-unsent", topic: REPLY });
  expect((await explain("unsent"))?.sentence).toMatch(new RegExp(`^${REPLY} waits in the outbox of shop`));
});

test("a refusal that parked it is told as its service told it", async () => {
  const { shop: theirs } = databases();
  await storeKitSagas(theirs.url, [{ id: "refused", ...waiting, parked: "refused", stepState: "failed" }]);
  expect(await explain("refused")).toMatchObject({ kind: "refused", sentence: "parked: refused" });
});

test("a saga that waits for its first answer is not stuck", async () => {
  const { shop: theirs } = databases();
  await storeKitSagas(theirs.url, [{ id: "fresh", ...waiting, attempts: 1, dueAt: NOW + 5_000 }]);
  expect(await explain("fresh")).toBeUndefined();
});
