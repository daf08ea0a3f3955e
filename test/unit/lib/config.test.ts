import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError } from "#lib/config-error.ts";
import { readConfig, requireSignInSecret } from "#lib/config.ts";

const DATABASE_URL = "postgresql://sluice:s3cret@localhost/sluice";
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "sluice-config-"));
});
afterEach(() => rm(dir, { recursive: true }));

const read = async (
  yaml: string,
  env: Record<string, string> = {},
): Promise<ReturnType<typeof readConfig>> => {
  const file = join(dir, "sluice.config.yaml");
  await writeFile(file, yaml);
  return readConfig({ DATABASE_URL, SLUICE_CONFIG: file, ...env });
};

describe("readConfig", () => {
  test("KAFKA_BROKERS alone makes one cluster named default", () => {
    const { clusters } = readConfig({ DATABASE_URL, KAFKA_BROKERS: "a:9092, b:9093" });
    expect(clusters).toEqual([
      {
        id: "default",
        name: "default",
        brokers: ["a:9092", "b:9093"],
        tls: null,
        sasl: null,
        readOnly: false,
        color: null,
        deadLetters: { previews: false, floodAt: 1_000_000 },
        masking: [],
        schemas: [],
      },
    ]);
  });

  test("a cluster may have masking rules and a schema registry", async () => {
    const yaml = `
clusters:
  - id: a
    brokers: a:1
    masking: [{ topics: ["orders*"], fields: [value.card.number, 'key["x y"]', header.authorization, error] }]
    schemaRegistry: { url: "https://registry.example.org/base", username: me, password: "\${PASSWORD}" }
`;
    const { clusters } = await read(yaml, { PASSWORD: "s3cret" });
    expect(clusters[0]).toMatchObject({
      masking: [
        { topics: ["orders*"], fields: ["value.card.number", 'key["x y"]', "header.authorization", "error"] },
      ],
      schemaRegistry: { url: "https://registry.example.org/base", username: "me", password: "s3cret" },
    });
  });

  test("a topic's schema is read from its file, by its path from the configuration's folder", async () => {
    await mkdir(join(dir, "schemas"));
    await writeFile(join(dir, "schemas", "order.json"), '{"type":"object"}');
    const { clusters } = await read(
      'clusters: [{id: a, brokers: [a:1], schemas: {orders.order.placed: "${FOLDER}/order.json"}}]',
      { FOLDER: "schemas" },
    );
    expect(clusters[0]?.schemas).toEqual([
      { topic: "orders.order.placed", file: "schemas/order.json", schema: { type: "object" } },
    ]);
  });

  test.each([
    ["is not there", null, /schemas\.t of the cluster a: the file t\.json cannot be read \(ENOENT\)/],
    ["is not JSON", "{hunter2", /schemas\.t of the cluster a: the file t\.json is not JSON/],
  ])("a schema's file that %s is named", async (_, content, message) => {
    if (content !== null) await writeFile(join(dir, "t.json"), content);
    const error = await read("clusters: [{id: a, brokers: [a:1], schemas: {t: t.json}}]").catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toMatch(message);
    expect(String(error)).not.toContain("hunter2");
  });

  test("a file gives clusters with TLS, SASL, colour and values of the environment", async () => {
    const yaml = `
clusters:
  - id: prod-eu
    name: Production
    brokers: ["k1.example.org:9093"]
    color: "#c2410c"
    readOnly: true
    tls: true
    sasl: {mechanism: scram-sha-512, username: sluice, password: "\${PROD_PASSWORD}"}
console: {trustedProxies: ["10.0.0.0/8"], openMetrics: true}
`;
    const config = await read(yaml, {
      PROD_PASSWORD: 'p: "w", [x]',
      NEXTAUTH_URL: "https://sluice.example.org",
    });
    expect(config.clusters[0]).toMatchObject({
      id: "prod-eu",
      readOnly: true,
      tls: { rejectUnauthorized: true },
      sasl: { mechanism: "scram-sha-512", username: "sluice", password: 'p: "w", [x]' },
    });
    expect(config).toMatchObject({
      consoleUrl: "https://sluice.example.org",
      openMetrics: true,
      trustedProxies: ["10.0.0.0/8"],
    });
  });

  test.each([
    ["a cluster without brokers", "clusters: [{id: a}]", /clusters\.0\.brokers/],
    ["an id with a capital letter", "clusters: [{id: A, brokers: [a:1]}]", /clusters\.0\.id/],
    ["a broker without a port", "clusters: [{id: a, brokers: [a]}]", /brokers\.0: must be host:port/],
    [
      "a masking rule for nothing",
      "clusters: [{id: a, brokers: [a:1], masking: [{topics: [t], fields: [valeu.card]}]}]",
      /masking\.0\.fields\.0: .*valeu\.card/,
    ],
    [
      "a schema registry that is no address",
      "clusters: [{id: a, brokers: [a:1], schemaRegistry: {url: 'ftp://x'}}]",
      /schemaRegistry\.url/,
    ],
    ["a misspelt key", "clusters: [{id: a, brokers: [a:1], colour: red}]", /unknown key colour/],
    ["two clusters of one id", "clusters: [{id: a, brokers: [a:1]}, {id: a, brokers: [b:1]}]", /same id/],
    [
      "a variable that is not set",
      "clusters: [{id: a, brokers: ['${NOWHERE}']}]",
      /clusters\.0\.brokers\.0 names the variable NOWHERE/,
    ],
    [
      "a history that keeps no day of minutes",
      "{clusters: [{id: a, brokers: [a:1]}], history: {minuteDays: 1}}",
      /history\.minuteDays/,
    ],
    ["no YAML", "clusters: [", /cannot be read as YAML/],
    ["an empty file", "", /the file/],
  ])("says the key: %s", async (_, yaml, message) => {
    await expect(read(yaml)).rejects.toThrow(ConfigError);
    await expect(read(yaml)).rejects.toThrow(message);
  });

  test("an error never quotes a secret", async () => {
    const yaml =
      "clusters: [{id: a, brokers: [a:1], sasl: {mechanism: md5, username: u, password: hunter2}}]";
    const error = await read(yaml).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain("clusters.0.sasl.mechanism");
    expect(String(error)).not.toContain("hunter2");
    const broken = await read("clusters: [{password: hunter2").catch((thrown: unknown) => thrown);
    expect(String(broken)).not.toContain("hunter2");
  });

  test("a history is kept 48 hours, 7 days and 30 days unless told otherwise", async () => {
    const cluster = "clusters: [{id: a, brokers: [a:1]}]";
    expect((await read(cluster)).history).toEqual({ rawHours: 48, minuteDays: 7, tenMinuteDays: 30 });
    const longer = await read(`{${cluster}, history: {tenMinuteDays: 400}}`);
    expect(longer.history).toEqual({ rawHours: 48, minuteDays: 7, tenMinuteDays: 400 });
  });

  test("the README's example is one", async () => {
    const yaml = /```yaml\n([\s\S]*?)```/.exec(await readFile("README.md", "utf8"))?.[1] ?? "";
    await mkdir(join(dir, "schemas"));
    await writeFile(join(dir, "schemas", "order-placed.json"), "{}");
    const config = await read(yaml, {
      ...{ KAFKA_CA_PEM: "-----BEGIN CERTIFICATE-----", KAFKA_PASSWORD: "p", DATABASE_URL },
      ...{ REGISTRY_PASSWORD: "r", PAYMENTS_DATABASE_URL: "postgresql://shop@db.example.org/payments" },
      SAGA_COMMAND_KEY: "0123456789abcdef",
    });
    expect(config.clusters.map(({ id, readOnly }) => [id, readOnly])).toEqual([["production", true]]);
    expect(config.clusters[0]?.schemas?.map(({ topic }) => topic)).toEqual(["order.order.placed"]);
    expect([config.allowedLag("audit"), config.allowedLag("payments")]).toEqual([100, 0]);
    expect(config.jobs.group("payments")).toMatchObject({ effects: "external", dedupDays: 35 });
    expect(config.databases[0]?.sagas).toEqual([{ preset: "kit" }]);
  });

  test("without any cluster it says what to write", () => {
    expect(() => readConfig({ DATABASE_URL, SLUICE_CONFIG: join(dir, "none.yaml") })).toThrow(
      /does not exist/,
    );
  });
  test("without a database it says what to set", () => {
    expect(() => readConfig({ KAFKA_BROKERS: "a:1" })).toThrow(/DATABASE_URL is not set/);
    expect(() => readConfig({ KAFKA_BROKERS: "a:1", DATABASE_URL: "mysql://x" })).toThrow(
      /must begin with postgres/,
    );
  });
  test("a secret is demanded of who needs one", () => {
    const config = readConfig({ DATABASE_URL, KAFKA_BROKERS: "a:1" });
    expect(() => requireSignInSecret(config)).toThrow(/NEXTAUTH_SECRET is not set/);
    expect(requireSignInSecret({ ...config, signInSecret: "x" })).toBe("x");
  });
});
