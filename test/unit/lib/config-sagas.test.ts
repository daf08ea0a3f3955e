import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "#lib/config.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "sluice-config-"));
});
afterEach(() => rm(dir, { recursive: true }));

const read = async (yaml: string): Promise<ReturnType<typeof readConfig>> => {
  const file = join(dir, "sluice.config.yaml");
  await writeFile(file, `clusters: [{ id: one, brokers: "a:1" }]\n${yaml}`);
  return readConfig({
    ...{ DATABASE_URL: "postgresql://localhost/sluice", SLUICE_CONFIG: file, KEY: "0123456789abcdef" },
    ...{ SAGA_COMMAND_KEY: "0123456789abcdef", FULFILMENT_DATABASE_URL: "postgresql://localhost/shop" },
  });
};

const MAP =
  "type: order, cluster: one, starts: [a], completes: [c], rules: [{ event: a, next: [b, c], withinSeconds: 2.5 }]";

test("nothing said is no source, no choreography and no key", async () => {
  const config = await read(`databases: [{ id: shop, url: "postgres://x/y", cluster: one }]`);
  expect(config).toMatchObject({
    databases: [{ id: "shop", sagas: [] }],
    choreographies: [],
    sagaCommandKey: null,
  });
});

test("sources, a choreography and the key of commands", async () => {
  const config = await read(`
databases:
  - id: shop
    url: "postgres://x/y"
    cluster: one
    sagas: [{ preset: kit }, { preset: eventuate, schema: billing }, { preset: view, view: my_sagas }]
choreographies: [{ ${MAP} }]
sagas: { commandKey: "\${KEY}" }`);
  expect(config.databases[0]?.sagas).toEqual([
    { preset: "kit" },
    { preset: "eventuate", schema: "billing" },
    { preset: "view", view: "my_sagas" },
  ]);
  expect(config.choreographies).toEqual([
    {
      ...{
        type: "order",
        cluster: "one",
        starts: ["a"],
        completes: ["c"],
        compensates: [],
        compensations: [],
      },
      rules: [{ event: "a", next: ["b", "c"], withinMs: 2_500 }],
    },
  ]);
  expect(config.sagaCommandKey).toBe("0123456789abcdef");
});

test.each([
  [
    "a key that is too short",
    'sagas: { commandKey: "s3cret" }',
    "sagas.commandKey: must have 16 characters at least",
  ],
  [
    "a preset that nobody knows",
    "databases: [{ id: s, url: 'postgres://x', cluster: one, sagas: [{ preset: x }] }]",
    "databases.0.sagas.0.preset",
  ],
  [
    "a view without its name",
    "databases: [{ id: s, url: 'postgres://x', cluster: one, sagas: [{ preset: view }] }]",
    "a view has a name",
  ],
  [
    "a schema that is more than a name",
    "databases: [{ id: s, url: 'postgres://x', cluster: one, sagas: [{ preset: kit, schema: 'a;b' }] }]",
    "must be a plain name of SQL",
  ],
  [
    "the same source twice",
    "databases: [{ id: s, url: 'postgres://x', cluster: one, sagas: [{ preset: kit }, { preset: kit }] }]",
    "two sources are the same",
  ],
  [
    "a choreography of no cluster",
    `choreographies: [{ ${MAP.replace("cluster: one", "cluster: two")} }]`,
    "choreographies.0.cluster: the configuration has no such cluster",
  ],
  ["two choreographies of one name", `choreographies: [{ ${MAP} }, { ${MAP} }]`, "have the same type"],
  [
    "a name that is a topic's never",
    `choreographies: [{ ${MAP.replace("starts: [a]", "starts: ['a b']")} }]`,
    "must be a topic's name",
  ],
  [
    "a database that keeps sagas under a cluster's name",
    `databases: [{ id: one, url: 'postgres://x', cluster: one, sagas: [{ preset: kit }] }]\nchoreographies: [{ ${MAP} }]`,
    "their sources could not be told apart",
  ],
])("%s is refused", async (_, yaml, sentence) => {
  const refused = read(yaml);
  await expect(refused).rejects.toThrow(sentence);
  await expect(refused).rejects.not.toThrow("s3cret");
});

test("the guide's example is one", async () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(await readFile("docs/guide/sagas.md", "utf8"))?.[1] ?? "";
  const config = await read(yaml.replaceAll("cluster: production", "cluster: one"));
  expect(config.databases[0]?.sagas.map(({ preset }) => preset)).toEqual(["kit", "eventuate", "view"]);
  expect(config.choreographies[0]).toMatchObject({ type: "order", rules: [{ withinMs: 30_000 }] });
});
