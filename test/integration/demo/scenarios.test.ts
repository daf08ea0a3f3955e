import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { schemaOf, SHOP_SERVICES } from "#demo/parts.ts";
import { SCENARIOS } from "#demo/scenarios/registry.ts";
import { readScenario, runScenario, switchScenario } from "#demo/scenarios/switch-scenario.ts";
import { setUpDatabase } from "#demo/setup-database.ts";
import type { TestDatabase } from "../../support/database.ts";
import { until } from "../../support/until.ts";
import { shopDatabase } from "./shop-database.ts";

const LOGIN_REFUSED = "28000";

let database: TestDatabase;
let urls: Awaited<ReturnType<typeof setUpDatabase>>;
const stopping = new AbortController();

function ctx(): { databaseUrl: string; signal: AbortSignal } {
  return { databaseUrl: database.url, signal: stopping.signal };
}

/** Signs in and answers "in", or PostgreSQL's code for the refusal. */
async function signIn(part: keyof typeof urls): Promise<string> {
  const client = new Client({ connectionString: urls[part] });
  try {
    await client.connect();
    return "in";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await client.end();
  }
}

async function askAs(part: keyof typeof urls, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: urls[part] });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  database = await shopDatabase();
  urls = await setUpDatabase(database.url);
});

afterEach(() => switchScenario("calm", ctx()));

afterAll(async () => {
  stopping.abort();
  await database.drop();
});

describe("the logins of the shop", () => {
  it("let a service into its own schema", async () => {
    expect(await askAs("payments", "SELECT count(*)::int AS n FROM ledger_entry")).toEqual([{ n: 0 }]);
    expect(await askAs("payments", "SELECT name FROM shop_control.scenario")).toEqual([{ name: "calm" }]);
  });

  it.each([
    ["payments may not read orders", "payments", "SELECT * FROM shop_orders.customer_order"],
    ["payments may not change the weather", "payments", "UPDATE shop_control.scenario SET name = 'calm'"],
    ["the reader may not write", "reader", "BEGIN READ WRITE; DELETE FROM shop_payments.ledger_entry"],
    ["the reader may not read what is nobody's", "reader", "SELECT rolpassword FROM pg_authid"],
    ["the relay may not read what services keep", "relay", "SELECT * FROM shop_payments.ledger_entry"],
  ] as const)("%s", async (_sentence, part, sql) => {
    await expect(askAs(part, sql)).rejects.toMatchObject({ code: "42501" });
  });

  it("let the reader see what every service keeps", async () => {
    for (const service of SHOP_SERVICES)
      expect(await askAs("reader", `SELECT count(*)::int AS n FROM ${schemaOf(service)}.outbox`)).toEqual([
        { n: 0 },
      ]);
    expect(await askAs("reader", "SHOW default_transaction_read_only")).toEqual([
      { default_transaction_read_only: "on" },
    ]);
  });

  it("are kept by a second set-up, which changes the passwords and keeps the rows", async () => {
    await askAs("notifications", "INSERT INTO notification VALUES ('ord_1', 'order_received', 'cus_1')");
    const before = urls;
    urls = await setUpDatabase(database.url);
    expect(urls.notifications).not.toBe(before.notifications);
    expect(await askAs("notifications", "SELECT order_id FROM notification")).toEqual([
      { order_id: "ord_1" },
    ]);
  });
});

describe("outage", () => {
  it("takes the login of payments alone, ends its sessions, and calm gives it back", async () => {
    const session = new Client({ connectionString: urls.payments });
    const ended = new Promise((resolve) => session.once("end", resolve));
    session.on("error", () => undefined); // The end of the session is what is waited for.
    await session.connect();
    await switchScenario("outage", ctx());
    await ended;
    expect(await readScenario(database.url)).toBe("outage");
    expect(await signIn("payments")).toBe(LOGIN_REFUSED);
    expect(await signIn("orders")).toBe("in");
    expect(await signIn("relay")).toBe("in");
    await switchScenario("calm", ctx());
    expect(await signIn("payments")).toBe("in");
  });

  it("ends by itself after its time", async () => {
    await runScenario({ ...SCENARIOS.outage, lastsMs: 300 }, ctx());
    expect(await signIn("payments")).toBe(LOGIN_REFUSED);
    await until(async () => (await signIn("payments")) === "in", {
      limitMs: 5_000,
      what: "the login's return",
    });
    expect(await readScenario(database.url)).toBe("calm");
  });

  it("leaves a later weather alone when its time is over", async () => {
    let ended = false;
    const end = (): Promise<void> => {
      ended = true;
      return Promise.resolve();
    };
    await runScenario({ ...SCENARIOS.outage, lastsMs: 200 }, ctx());
    await runScenario({ ...SCENARIOS.poison, lastsMs: 600, end }, ctx());
    // The later weather ends only if it still stands, so the earlier one has not touched it.
    await until(() => ended, { limitMs: 5_000, what: "the end of the later weather" });
    expect(await signIn("payments")).toBe("in");
  });

  it("is over after a set-up, also where a killed supervisor left it behind", async () => {
    await runScenario(SCENARIOS.outage, { databaseUrl: database.url, signal: AbortSignal.abort() });
    expect(await signIn("payments")).toBe(LOGIN_REFUSED);
    urls = await setUpDatabase(database.url);
    expect(await signIn("payments")).toBe("in");
    expect(await readScenario(database.url)).toBe("calm");
  });
});

describe("a weather with an end", () => {
  it("reads as calm after its time, although nobody wrote that down", async () => {
    await runScenario({ ...SCENARIOS["slow-consumer"], lastsMs: 200 }, ctx());
    expect(await readScenario(database.url)).toBe("slow-consumer");
    await until(async () => (await readScenario(database.url)) === "calm", { limitMs: 5_000, what: "calm" });
  });
});
