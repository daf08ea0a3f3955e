import { expect, test } from "vitest";
import { openSagaSources } from "#lib/adapters/tables/sagas/open-sources.ts";
import type { SourceQuery } from "#lib/adapters/tables/sagas/saga-source.ts";
import { makeLog } from "#lib/log.ts";
import { cloneDatabase } from "#test/support/database.ts";
import { installForeign } from "#test/support/foreign-sagas.ts";
import { withClientOf } from "#test/support/kit-sagas.ts";
import { until } from "#test/support/until.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const SAGAS = 12_000;
const signal = AbortSignal.timeout(120_000);

const FILL = {
  eventuate: `
    INSERT INTO eventuate.saga_instance SELECT 'T' || n % 3, lpad(to_hex(${NOW} - n * 1000), 16, '0') || '-0242ac1200020000',
      '{"currentlyExecuting":1}', NULL, n % 2 = 0, false, false, 'D', '{}' FROM generate_series(1, ${SAGAS}) AS n;
    INSERT INTO eventuate.saga_stash_table SELECT 'm' || n, 't' || n, 'T0', 's' || n, '{}', '{}'
      FROM generate_series(1, ${SAGAS}) AS n;
    INSERT INTO eventuate.saga_lock_table SELECT 't' || n, 'T0', 's' || n FROM generate_series(1, ${SAGAS}) AS n;`,
  dbos: `
    INSERT INTO dbos.workflow_status (workflow_uuid, status, name, created_at, updated_at, inputs)
      SELECT 'w' || n, CASE n % 20 WHEN 0 THEN 'PENDING' ELSE 'SUCCESS' END, 'T' || n % 3, ${NOW} - n * 1000,
        ${NOW} - n * 1000, '[]' FROM generate_series(1, ${SAGAS}) AS n;
    INSERT INTO dbos.operation_outputs (workflow_uuid, function_id, function_name)
      SELECT 'w' || n, 1, 'f' FROM generate_series(1, ${SAGAS}) AS n;`,
  seata: `
    INSERT INTO seata_state_machine_def (id, name, tenant_id, app_name, ver, gmt_create, status)
      SELECT 'm' || n, 'T' || n, 't', 'shop', '1', now(), 'AC' FROM generate_series(0, 2) AS n;
    INSERT INTO seata_state_machine_inst (id, machine_id, tenant_id, gmt_started, business_key, status, gmt_updated)
      SELECT lpad(n::text, 12, '0'), 'm' || n % 3, 't', now(), 'b' || n, 'SU', now()
      FROM generate_series(1, ${SAGAS}) AS n;
    INSERT INTO seata_state_inst (id, machine_inst_id, name, gmt_started, status, input_params)
      SELECT 's' || n, lpad(n::text, 12, '0'), 'x', now(), 'SU', repeat('x', 400) FROM generate_series(1, ${SAGAS}) AS n;`,
};

const TABLE_OF = {
  eventuate: "eventuate.saga_instance",
  dbos: "dbos.workflow_status",
  seata: "seata_state_machine_inst",
};

const QUERIES: Partial<SourceQuery>[] = [
  {},
  { type: "T1" },
  { state: "open" },
  { state: "stuck" },
  { state: "completed", type: "T2" },
  { startedBefore: NOW - 3_600_000 },
  { text: "nothing has this" },
  { after: { updatedAt: NOW - 7_200_000, type: "T0", sagaId: "a" } },
];

test.each(Object.entries(FILL) as [keyof typeof FILL, string][])(
  "no table of %s is scanned as a whole",
  async (preset, fill) => {
    const database = await cloneDatabase();
    const scans = (): Promise<Record<string, number>> =>
      withClientOf(database.url, async (client) => {
        const { rows } = await client.query<{ relname: string; seq_scan: string }>(
          "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname ~ '^(saga_|workflow_|operation_|seata_)'",
        );
        return Object.fromEntries(rows.map(({ relname, seq_scan: n }) => [relname, Number(n)]));
      });
    try {
      await installForeign(database.url, preset);
      await withClientOf(database.url, async (client) => {
        await client.query(fill);
        await client.query("ANALYZE");
      });
      const before = await scans();
      const [source] = openSagaSources({
        databases: [{ id: "shop", url: database.url, cluster: "one", sagas: [{ preset }] }],
        ...{ refusal: () => null, now: () => NOW, log: makeLog("test", "error") },
      });
      for (const query of QUERIES) await source!.list({ after: null, limit: 50, ...query }, signal);
      const [row] = await source!.list({ after: null, limit: 1 }, signal);
      expect(await source!.get(row!.type, row!.sagaId, signal)).not.toBeNull();
      const counts = await source!.counts(signal);
      expect(counts.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(9_000);
      expect(counts.every(({ atLeast }) => atLeast)).toBe(true);
      await source!.definitions(signal);
      await source!.figures("T1", signal);
      await source!.close();
      // Sessions tell what they did when they end: that of a scan on purpose, which ends last, is waited for.
      const table = TABLE_OF[preset];
      const name = table.split(".").at(-1)!;
      await withClientOf(database.url, async (client) => {
        await client.query(
          "SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off",
        );
        await client.query("SET max_parallel_workers_per_gather = 0");
        await client.query(`SELECT count(*) FROM ${table}`);
      });
      const after = await until(
        async () => {
          const told = await scans();
          return told[name] === before[name] ? undefined : told;
        },
        { limitMs: 10_000, what: "the scan on purpose to be counted" },
      );
      expect(after).toEqual({ ...before, [name]: before[name]! + 1 });
    } finally {
      await database.drop();
    }
  },
  60_000,
);
