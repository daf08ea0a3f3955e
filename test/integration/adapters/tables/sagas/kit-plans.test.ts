import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  countsStatement,
  durationsStatement,
  standingStatement,
  stepsStatement,
  stuckCountsStatement,
  typesStatement,
} from "#lib/adapters/tables/sagas/kit-figures.sql.ts";
import { listStatement, type Statement } from "#lib/adapters/tables/sagas/kit-list.sql.ts";
import type { SourceQuery } from "#lib/adapters/tables/sagas/saga-source.ts";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";
import { fillKitSagas, installKitSagas } from "#test/support/kit-sagas.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const SAGAS = 20_000;
let shop: TestDatabase;
let client: Client;

beforeAll(async () => {
  shop = await cloneDatabase();
  await installKitSagas(shop.url);
  await fillKitSagas(shop.url, SAGAS, NOW);
  client = new Client({ connectionString: shop.url });
  await client.connect();
  await client.query("SET enable_seqscan = off; SET jit = off");
}, 120_000);
afterAll(async () => {
  await client.end();
  await shop.drop();
});

interface Plan {
  "Node Type": string;
  "Relation Name"?: string;
  "Actual Rows"?: number;
  "Actual Loops"?: number;
  "Rows Removed by Filter"?: number;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** The nodes that read a table of sagas, and how many rows they read. */
async function readsOf({ text, values }: Statement): Promise<{ scans: string[]; rows: number }> {
  const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: Plan }] }>(
    `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`,
    [...values],
  );
  const reads = nodesOf(rows[0]!["QUERY PLAN"][0].Plan).filter(
    (node) => node["Relation Name"]?.startsWith("saga_") === true,
  );
  return {
    scans: reads.map((node) => `${node["Node Type"]} on ${node["Relation Name"]}`),
    rows: reads.reduce(
      (sum, node) =>
        sum +
        ((node["Actual Rows"] ?? 0) + (node["Rows Removed by Filter"] ?? 0)) * (node["Actual Loops"] ?? 1),
      0,
    ),
  };
}

const TYPES = [undefined, "refund"];
const STATES = [
  undefined,
  "open",
  "stuck",
  "running",
  "compensating",
  "completed",
  "compensated",
  "failed",
] as const;
const EXTRAS: Partial<SourceQuery>[] = [
  {},
  { step: "courier" },
  { correlation: "c-17" },
  { startedBefore: NOW - 15_000_000 },
  { startedAfter: NOW - 60_000 },
  { after: { updatedAt: NOW - 14_000_000, type: "fulfilment", sagaId: "f-9" } },
  { startedBefore: NOW - 10_000_000, startedAfter: NOW - 20_000_000, step: "notify" },
];
const QUERIES = TYPES.flatMap((type) =>
  STATES.flatMap((state) =>
    EXTRAS.map((extra): SourceQuery => ({ after: null, limit: 51, type, state, ...extra })),
  ),
);

test("no list walks a table, whatever the filter", async () => {
  for (const query of QUERIES) {
    const { scans, rows } = await readsOf(listStatement("", query, NOW));
    const name = JSON.stringify(query);
    expect(
      scans.filter((scan) => scan.startsWith("Seq Scan")),
      name,
    ).toEqual([]);
    expect(rows, name).toBeLessThan(SAGAS / 5);
  }
});

test("a text is looked for in 5,000 sagas at most", async () => {
  const { scans, rows } = await readsOf(
    listStatement("", { after: null, limit: 51, text: "customer 12345", type: "fulfilment" }, NOW),
  );
  expect(scans.filter((scan) => scan.startsWith("Seq Scan"))).toEqual([]);
  expect(rows).toBeLessThanOrEqual(5_000);
});

test.each<[string, Statement, number]>([
  ["types", typesStatement(""), 10],
  ["counts", countsStatement("", ["fulfilment", "refund"]), SAGAS],
  ["stuck ones", stuckCountsStatement("", NOW), 3_000],
  ["durations", durationsStatement("", "fulfilment"), 3_000],
  ["steps", stepsStatement("", "fulfilment"), 6_000],
  ["standing", standingStatement("", "fulfilment", NOW), 6_000],
])("no walk for the figures: %s", async (_, statement, most) => {
  const { scans, rows } = await readsOf(statement);
  expect(scans.filter((scan) => scan.startsWith("Seq Scan"))).toEqual([]);
  expect(rows).toBeLessThanOrEqual(most);
});
