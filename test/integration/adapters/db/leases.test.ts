import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { LeaseLostError, type Lease } from "#lib/domain/clusters/lease.ts";
import { makeLog } from "#lib/log.ts";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";
import { until } from "#test/support/until.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb({
    url: database.url,
    applicationName: "test",
    poolSize: 5,
    now: Date.now,
    log: makeLog("test", "error"),
  });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const take = (name: string, holder: string, ttlMs: number): Promise<Lease | null> =>
  db.leases.take({ name, holder, ttlMs });
const guarded = (lease: Lease): Promise<string> =>
  db.transaction(async (tx) => {
    await tx.leases.guard(lease);
    return "written";
  });

describe("a lease", () => {
  test("goes to one of two who ask at once", async () => {
    const taken = await Promise.all(["a", "b", "c", "d"].map((holder) => take("race", holder, 60_000)));
    expect(taken.filter((lease) => lease !== null)).toHaveLength(1);
  });
  test("is not given away while it lasts, and keeps its epoch for its holder", async () => {
    const mine = await take("mine", "a", 60_000);
    expect(await take("mine", "b", 60_000)).toBeNull();
    expect((await take("mine", "a", 60_000))?.epoch).toBe(mine?.epoch);
  });
  test("that ran out is taken over with a higher epoch, and the old holder writes no more", async () => {
    const old = (await take("over", "a", 50))!;
    const next = await until(() => take("over", "b", 60_000), { limitMs: 3_000 });
    expect(next.epoch).toBe(old.epoch + 1n);
    await expect(guarded(old)).rejects.toBeInstanceOf(LeaseLostError);
    expect(await db.leases.renew(old, 60_000)).toBe(false);
    expect(await guarded(next)).toBe("written");
  });
  test("that ran out and nobody took goes on under its epoch", async () => {
    const mine = (await take("late", "a", 1))!;
    await until(async () => (await db.leases.renew(mine, 60_000)) || null, { limitMs: 3_000 });
    expect(await take("late", "b", 60_000)).toBeNull();
    expect(await guarded(mine)).toBe("written");
  });
  test("that is let go is free at once, with a higher epoch", async () => {
    const mine = (await take("free", "a", 60_000))!;
    await db.leases.release(mine);
    expect((await take("free", "b", 60_000))?.epoch).toBe(mine.epoch + 1n);
  });
  test("cannot be taken over under a transaction that has checked it", async () => {
    const mine = (await take("locked", "a", 1))!;
    let free = (): void => undefined;
    const held = new Promise<void>((resolve) => (free = resolve));
    let checked = (): void => undefined;
    const started = new Promise<void>((resolve) => (checked = resolve));
    const writing = db.transaction(async (tx) => {
      await tx.leases.guard(mine);
      checked();
      await held;
      return "written";
    });
    await started;
    const other = take("locked", "b", 60_000).then(() => "taken");
    expect(
      await Promise.race([other, writing, new Promise((resolve) => setTimeout(resolve, 300, "waiting"))]),
    ).toBe("waiting");
    free();
    expect([await writing, await other]).toEqual(["written", "taken"]);
  });
});
