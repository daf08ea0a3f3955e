import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { v7 } from "uuid";
import { z } from "zod";
import { openDb } from "#lib/adapters/db/db.ts";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { openOutboxes } from "#lib/adapters/tables/outboxes.ts";
import { openSagaSources } from "#lib/adapters/tables/sagas/open-sources.ts";
import { openScript } from "#lib/adapters/sandbox/run-script.ts";
import { getSaga as getSagaContract, listSagas as listSagasContract } from "#lib/contracts/sagas.ts";
import { makeLog } from "#lib/log.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { getSaga } from "#lib/services/sagas/get-saga.ts";
import { getSagaCounts } from "#lib/services/sagas/get-saga-counts.ts";
import { listSagaDefinitions } from "#lib/services/sagas/list-saga-definitions.ts";
import { listSagas } from "#lib/services/sagas/list-sagas.ts";
import { applyMigrations } from "#scripts/migrate.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { fillKitSagas, installKitSagas } from "#test/support/kit-sagas.ts";

const CLUSTER = "bench";

/** How long one question took, ms, over many turns. */
interface Asked {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
  /** Rows of the last answer. */
  readonly rows: number;
}

/** What the part measured. */
export interface ListsMeasured {
  readonly sagas: number;
  readonly fillMs: number;
  /** Of the four tables with their indexes. */
  readonly bytes: number;
  readonly asked: readonly Asked[];
}

/** Databases of the console and of a service, each dropped at the end. */
async function withDatabases<T>(
  serverUrl: string,
  work: (console: string, shop: string) => Promise<T>,
): Promise<T> {
  const server = new Client({ connectionString: serverUrl });
  await server.connect();
  const names = ["console", "shop"].map((each) => `sluice_bench_${each}_${randomBytes(4).toString("hex")}`);
  const urls = names.map((name) => Object.assign(new URL(serverUrl), { pathname: `/${name}` }).toString());
  try {
    for (const name of names) await server.query(`CREATE DATABASE ${name}`);
    await applyMigrations(urls[0] ?? "");
    return await work(urls[0] ?? "", urls[1] ?? "");
  } finally {
    for (const name of names) await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await server.end();
  }
}

/** measureLists fills the kit's tables with own sagas and asks the services, to the wire form, as a page does. */
export function measureLists(
  serverUrl: string,
  { sagas, turns, say }: { sagas: number; turns: number; say: (line: string) => void },
): Promise<ListsMeasured> {
  return withDatabases(serverUrl, async (consoleUrl, shopUrl) => {
    const untilAt = Date.now() - 60_000;
    await installKitSagas(shopUrl);
    say(`filling ${sagas} sagas`);
    const startedAt = performance.now();
    await fillKitSagas(shopUrl, sagas, untilAt);
    const fillMs = performance.now() - startedAt;
    const shop = new Client({ connectionString: shopUrl });
    await shop.connect();
    await shop.query("CHECKPOINT");
    const { rows } = await shop.query<{ bytes: string }>(
      `SELECT sum(pg_total_relation_size(t::regclass)) AS bytes
       FROM unnest(ARRAY['saga_definition', 'saga_instance', 'saga_step', 'saga_journal']) AS t`,
    );
    await shop.end();
    const { ctx, close } = ctxOn(consoleUrl, shopUrl);
    try {
      const asked: Asked[] = [];
      for (const [name, ask] of questions(ctx, sagas, untilAt)) {
        const told = await timed(name, turns, ask);
        say(`${told.p95.toFixed(1).padStart(7)} ms p95, ${told.rows} rows: ${name}`);
        asked.push(told);
      }
      return { sagas, fillMs, bytes: Number(rows[0]?.bytes ?? 0), asked };
    } finally {
      await close();
    }
  });
}

/** Who may search the data. */
const OPERATOR: Ctx["actor"] = {
  kind: "user",
  userId: "bench",
  email: "bench@example.org",
  name: "bench",
  role: "operator",
  sessionId: "bench",
};

function ctxOn(consoleUrl: string, shopUrl: string): { ctx: Ctx; close: () => Promise<void> } {
  const now = (): number => Date.now();
  const log = makeLog("bench", "error");
  const db = openDb({ url: consoleUrl, applicationName: "bench", poolSize: 4, now, log });
  const databases = [{ id: "shop", url: shopUrl, cluster: CLUSTER, sagas: [{ preset: "kit" as const }] }];
  const sources = openSagaSources({ databases, refusal: () => null, now, log });
  const outbox = openOutboxes({ databases, log });
  // Asked for its masking rules alone: nobody listens there.
  const cluster = openKafkaCluster({
    ...{ bootstrap: ["127.0.0.1:1"], clientId: "bench", tls: null, sasl: null, readOnly: false, now },
    ...{ masking: [], schemaRegistry: null },
  });
  const ctx: Ctx = {
    ...{ actor: OPERATOR, requestId: "bench", signal: new AbortController().signal },
    ...{ now, log, db, newId: () => v7(), jobs: testJobTools({ openScript }) },
    clusters: [{ id: CLUSTER, name: CLUSTER, color: null, readOnly: false }],
    kafka: () => cluster,
    sagas: { sources, choreographies: [], outbox, commandKey: null },
  };
  const close = async (): Promise<void> => {
    const open = [...sources, outbox, db, cluster];
    await Promise.all(open.map((each) => each.close()));
  };
  return { ctx, close };
}

type Query = Partial<Parameters<typeof listSagas>[1]["query"]>;

/** Every question with the rows that it got. */
function questions(ctx: Ctx, sagas: number, untilAt: number): [string, (turn: number) => Promise<number>][] {
  const list = async (query: Query): Promise<{ rows: number; nextCursor: string | null }> => {
    const answer = await listSagas(ctx, { params: {}, query: { limit: 50, ...query }, body: undefined });
    JSON.stringify(z.encode(listSagasContract.response, answer));
    return { rows: answer.items.length, nextCursor: answer.nextCursor };
  };
  const one = (turn: number): number => 1 + ((turn * 7_919) % sagas);
  const idOf = (n: number): string => `shop~${n % 3 === 0 ? "refund" : "fulfilment"}~f-${n}`;
  const middle = untilAt - (sagas / 2) * 1_000;
  const filters: [string, (turn: number) => Query][] = [
    ["list, no filter", () => ({})],
    ["list of 500", () => ({ limit: 500 })],
    ["one type", () => ({ type: "refund" })],
    ["open", () => ({ state: "open" })],
    ["stuck", () => ({ state: "stuck" })],
    ["stuck of one type", () => ({ state: "stuck", type: "refund" })],
    ["stuck: compensation failed", () => ({ stuck: "compensation-failed" })],
    ["stuck: missing reply, by evidence", () => ({ stuck: "missing-reply" })],
    ["running", () => ({ state: "running" })],
    ["completed of one type", () => ({ state: "completed", type: "fulfilment" })],
    ["failed", () => ({ state: "failed" })],
    ["a step", () => ({ step: "courier" })],
    ["a step of one type and state", () => ({ step: "charge", type: "fulfilment", state: "running" })],
    ["a correlation id", (turn) => ({ correlation: `c-${one(turn)}` })],
    ["started before the middle", () => ({ startedBefore: middle })],
    ["open, started before the middle", () => ({ state: "open", startedBefore: middle })],
    [
      "failed of one type, started before the middle",
      () => ({ ...{ state: "failed", type: "refund" }, startedBefore: middle }),
    ],
    ["started within an hour", () => ({ startedAfter: middle, startedBefore: middle + 3_600_000 })],
    ["words of the data", (turn) => ({ text: `customer ${turn % 1_000}` })],
    ["words that nothing has", () => ({ text: "nothing has this" })],
  ];
  return [
    ...filters.map(
      ([name, query]) =>
        [name, async (turn: number) => (await list(query(turn))).rows] as [
          string,
          (turn: number) => Promise<number>,
        ],
    ),
    ["the second page", async () => (await list({ cursor: (await list({})).nextCursor ?? "" })).rows],
    [
      "one saga",
      async (turn) => {
        const answer = await getSaga(ctx, { params: { id: idOf(one(turn)) }, query: {}, body: undefined });
        JSON.stringify(z.encode(getSagaContract.response, answer));
        return answer.journal.length;
      },
    ],
    [
      "counts",
      async () =>
        (await getSagaCounts(ctx, { params: {}, query: { points: 240 }, body: undefined })).items.length,
    ],
    [
      "definitions with figures",
      async () => (await listSagaDefinitions(ctx, { params: {}, query: {}, body: undefined })).items.length,
    ],
  ];
}

async function timed(name: string, turns: number, ask: (turn: number) => Promise<number>): Promise<Asked> {
  let rows = await ask(0);
  const took: number[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    const startedAt = performance.now();
    rows = await ask(turn);
    took.push(performance.now() - startedAt);
  }
  took.sort((a, b) => a - b);
  const at = (share: number): number => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0;
  return { name, rows, p50: at(0.5), p95: at(0.95), most: took.at(-1) ?? 0 };
}
