import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SHOP_SERVICES } from "#demo/parts.ts";
import type { ShopEnvironments } from "#demo/setup.ts";
import { readConfig, type Config } from "#lib/config.ts";
import { DEMO_CLUSTER, writeConsoleConfig } from "#scripts/demo/console-parts.ts";
import { demoHome, type DemoHome } from "#scripts/demo/home.ts";

const SHOP = {
  environments: {} as ShopEnvironments,
  readerUrl: "postgresql://shop_reader_sluice:secret@127.0.0.1:5432/sluice",
  sagaCommandKey: "k".repeat(43),
};

describe("the configuration that the demo writes for the console", () => {
  let home: DemoHome;
  beforeEach(async () => {
    home = demoHome(await mkdtemp(join(tmpdir(), "sluice-config-")));
  });
  afterEach(() => rm(home.dir, { recursive: true, force: true }));

  async function written(shop: typeof SHOP | undefined): Promise<Config> {
    const secrets = { email: "", password: "", apiToken: "", signInSecret: "" };
    const { signal } = new AbortController();
    const databaseUrl = "postgresql://postgres@127.0.0.1:5432/sluice";
    const context = { home, secrets, kafkaBrokers: "127.0.0.1:9092", databaseUrl, port: 3000, signal };
    await writeConsoleConfig(context, shop);
    return readConfig({ SLUICE_CONFIG: home.consoleConfig, DATABASE_URL: databaseUrl });
  }

  it("names a database of each service by the login that may only read, and where the sagas are", async () => {
    const { databases } = await written(SHOP);
    expect(databases.map(({ id }) => id)).toEqual([...SHOP_SERVICES]);
    for (const { id, url, cluster, sagas } of databases) {
      const { username, searchParams } = new URL(url);
      expect(username).toBe("shop_reader_sluice");
      expect(searchParams.get("options")).toBe(`-csearch_path=shop_${id}`);
      expect(cluster).toBe(DEMO_CLUSTER);
      expect(sagas).toEqual(id === "fulfilment" ? [{ preset: "kit", schema: "shop_fulfilment" }] : []);
    }
  });

  it("declares the choreography of orders and the key of commands, and is closed to others", async () => {
    const { choreographies, sagaCommandKey } = await written(SHOP);
    expect(choreographies).toHaveLength(1);
    expect(choreographies[0]).toMatchObject({
      type: "order",
      cluster: DEMO_CLUSTER,
      starts: ["order.order.created"],
      compensations: ["order.payment.cancelled"],
      completes: ["order.order.completed"],
      compensates: ["order.order.cancelled"],
    });
    expect(choreographies[0]!.rules[0]).toEqual({
      event: "order.order.created",
      next: ["order.payment.completed", "order.payment.failed"],
      withinMs: 30_000,
    });
    expect(sagaCommandKey).toBe(SHOP.sagaCommandKey);
    expect((await stat(home.consoleConfig)).mode & 0o077).toBe(0);
  });

  it("names the cluster alone where no shop runs", async () => {
    const { clusters, databases, choreographies, sagaCommandKey } = await written(undefined);
    expect(clusters.map(({ id }) => id)).toEqual([DEMO_CLUSTER]);
    expect([databases, choreographies, sagaCommandKey]).toEqual([[], [], null]);
  });
});
