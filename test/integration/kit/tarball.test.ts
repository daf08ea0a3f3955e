import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { testStack } from "#test/support/stack.ts";
import { freshGroup, freshTopic } from "./kit-harness.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..", "..", "..");

/** What a stranger writes: plain JavaScript, and a typed use of the same names. */
const SCRIPT = `
import { createConsumer, handle } from "@sluice/kit/consumer";
import { defineEvent } from "@sluice/kit/event";
import { transition } from "@sluice/kit/idempotency/state-machine";
import { connectKafka } from "@sluice/kit/kafka";
import { createProducer } from "@sluice/kit/producer";
import { ensureTopics } from "@sluice/kit/topics";

const [brokers, topic, group] = process.argv.slice(2);
const quiet = () => {};
const log = { info: quiet, warn: quiet, error: quiet, debug: quiet };
const kafka = connectKafka({ brokers: brokers.split(","), clientId: "stranger", log });
const event = defineEvent({ topic, parse: (value) => value, partitions: 2 });
const admin = kafka.admin();
await admin.connect();
await ensureTopics({ admin, events: [event], consumers: [{ group, events: [event] }] });
await admin.disconnect();
const producer = createProducer({ kafka, service: "stranger", log });
await producer.connect();
const { eventId } = await producer.publish({ event, key: "k", payload: { hello: "there" } });
await producer.disconnect();
let seen;
const read = new Promise((resolve) => { seen = resolve; });
const handlers = [handle(event, async (message) => seen(message))];
const consumer = createConsumer({ kafka, service: "stranger", group, log, handlers });
await consumer.start();
const message = await read;
await consumer.stop();
console.log(JSON.stringify({ same: message.eventId === eventId, payload: message.payload, transition: typeof transition }));
`;

const TYPED = `
import { defineEvent } from "@sluice/kit/event";
import { handle } from "@sluice/kit/consumer";
import { createRelay } from "@sluice/kit/relay";
const event = defineEvent({ topic: "a.b.c", parse: () => ({ n: 1 }) });
export const handler = handle(event, async (message) => { const n: number = message.payload.n; void n; });
// @ts-expect-error a relay needs its holder: the declarations are really read
export const relay = createRelay({});
`;

const COMPILER = {
  module: "nodenext",
  strict: true,
  noEmit: true,
  target: "es2023",
  types: ["node"],
  typeRoots: [],
};

let dir = "";
let tarball = "";

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "kit-tarball-"));
  const packed = join(dir, "packed");
  await mkdir(packed);
  const { stdout } = await run(process.execPath, [join(ROOT, "scripts", "kit-pack.ts"), "--out", packed]);
  tarball = stdout.trim().split("\n").at(-1) ?? "";
  await writeFile(
    join(dir, "package.json"),
    JSON.stringify({ name: "stranger", private: true, type: "module" }),
  );
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", tarball], {
    cwd: dir,
  });
}, 240_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

it("installs from its tarball in an empty folder and runs against the broker", async () => {
  await writeFile(join(dir, "stranger.js"), SCRIPT);
  const args = [join(dir, "stranger.js"), testStack().kafkaBrokers, freshTopic(), freshGroup("stranger")];
  const { stdout } = await run(process.execPath, args, { cwd: dir, timeout: 110_000 });
  expect(JSON.parse(stdout)).toEqual({ same: true, payload: { hello: "there" }, transition: "function" });
}, 120_000);

it("holds JavaScript and declarations, no TypeScript source and no path of this machine", async () => {
  const { stdout } = await run("tar", ["tzf", tarball]);
  const files = stdout.trim().split("\n");
  expect(files).toEqual(
    expect.arrayContaining(["package/consumer.js", "package/consumer.d.ts", "package/README.md"]),
  );
  expect(files.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))).toEqual([]);
  const installed = join(dir, "node_modules", "@sluice", "kit");
  for (const name of ["package.json", "consumer.js", "consumer.d.ts"]) {
    expect(await readFile(join(installed, name), "utf8")).not.toContain(ROOT);
  }
});

it("type-checks for the one who installed it", async () => {
  await writeFile(join(dir, "typed.ts"), TYPED);
  const compilerOptions = { ...COMPILER, typeRoots: [join(ROOT, "node_modules", "@types")] };
  await writeFile(join(dir, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["typed.ts"] }));
  const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const checked = run(process.execPath, [compiler, "--project", join(dir, "tsconfig.json")], { cwd: dir });
  await expect(
    checked.catch((error: unknown) => Promise.reject(new Error((error as { stdout: string }).stdout))),
  ).resolves.toBeDefined();
}, 120_000);
