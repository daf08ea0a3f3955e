import { afterAll, beforeAll, expect, test } from "vitest";
import { openSagaSources } from "#lib/adapters/tables/sagas/open-sources.ts";
import type { SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { listSagas } from "#lib/services/sagas/list-sagas.ts";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";
import { installKitSagas, storeKitSagas, type KitSaga } from "#test/support/kit-sagas.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";
import { openObservedCluster, type ObservedCluster } from "../observed-cluster.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
let observed: ObservedCluster;
let shop: TestDatabase;
let source: SagaSource;
let ctx: Ctx;

/** 130 stuck sagas: every third was refused, the others wait for a reply. */
const SAGAS = Array.from({ length: 130 }, (_, n): KitSaga => ({
  ...{ id: `s${String(n).padStart(3, "0")}`, updatedAt: NOW - n * 1_000 },
  ...(n % 3 === 0
    ? { parked: "refused", step: "notify", stepState: "failed" }
    : { parked: "timeout", attempts: 3, dueAt: NOW - n * 1_000 }),
}));

beforeAll(async () => {
  observed = await openObservedCluster(() => NOW);
  shop = await cloneDatabase();
  await installKitSagas(shop.url);
  await storeKitSagas(shop.url, SAGAS);
  const { log, now } = observed.ctx;
  const databases = [{ id: "shop", url: shop.url, cluster: "one", sagas: [{ preset: "kit" as const }] }];
  [source] = openSagaSources({ databases, refusal: () => null, now, log }) as [SagaSource];
  ctx = { ...observed.ctx, sagas: testSagaTools({ sources: [source] }) };
});
afterAll(async () => {
  await source.close();
  await observed.close();
  await shop.drop();
});

/** Every page of a filter, as its ids. */
async function pages(query: Record<string, unknown>, limit: number): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: string | undefined;
  do {
    const asked = { params: {}, query: { ...query, limit, ...(cursor ? { cursor } : {}) }, body: undefined };
    const { items, nextCursor } = await listSagas(ctx, asked);
    found.push(items.map(({ sagaId }) => sagaId));
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < 100);
  return found;
}

const idsOf = (keep: (n: number) => boolean): string[] => SAGAS.filter((_, n) => keep(n)).map(({ id }) => id);

test.each([7, 20, 50])(
  "a reason that evidence tells, in pages of %i: each saga once, in order",
  async (limit) => {
    const found = await pages({ stuck: "missing-reply" }, limit);
    expect(found.flat()).toEqual(idsOf((n) => n % 3 !== 0));
    expect(found[0]).toHaveLength(limit);
  },
);

test("a reason that its tables tell", async () => {
  expect((await pages({ stuck: "refused" }, 20)).flat()).toEqual(idsOf((n) => n % 3 === 0));
});

test("a reason that none has", async () => {
  expect((await pages({ stuck: "outbox" }, 20)).flat()).toEqual([]);
});

test("a cursor of one filter is refused by another", async () => {
  const { nextCursor } = await listSagas(ctx, { params: {}, query: { limit: 1 }, body: undefined });
  const asked = {
    params: {},
    query: { limit: 1, state: "stuck" as const, cursor: nextCursor! },
    body: undefined,
  };
  await expect(listSagas(ctx, asked)).rejects.toMatchObject({ code: "cursor_invalid" });
});
