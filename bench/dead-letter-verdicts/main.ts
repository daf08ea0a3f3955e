/**
 * `node bench/dead-letter-verdicts/main.ts [--demo .sluice/demo.json]`: how soon the console says what a fault is. Needs
 * a running `npm run demo`. Switches the shop to `poison`, then to `outage`, and asks for the causes twice a second: when
 * each cause of the scenario had its 20th dead letter, and when it had its verdict. Writes
 * docs/proof/dead-letter-verdicts.md.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "..", "..");
const ENOUGH = 20;
const EVERY_MS = 500;
const LIMIT_MS = 240_000;

const { values } = parseArgs({
  options: { demo: { type: "string", default: join(ROOT, ".sluice", "demo.json") } },
});
const demo = z
  .object({ url: z.string(), apiToken: z.string(), controlUrl: z.string() })
  .parse(JSON.parse(await readFile(values.demo, "utf8")));
const headers = { authorization: `Bearer ${demo.apiToken}`, "content-type": "application/json" };

const causes = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      causeClass: z.string().nullable(),
      group: z.string().nullable(),
      counts: z.object({ open: z.number() }),
      firstSeenAt: z.iso.datetime(),
      verdict: z.object({ kind: z.string(), sentence: z.string() }),
    }),
  ),
});
type Cause = z.output<typeof causes>["items"][number];

/** What was seen of one cause. */
interface Seen {
  name: string;
  /** When it was first seen with enough dead letters, epoch ms. */
  enoughAt: number | null;
  /** Since when its verdict is the scenario's; null while it is another. */
  rightAt: number | null;
  sentence: string;
  open: number;
}

const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

async function switchTo(name: string): Promise<void> {
  const answer = await fetch(new URL("/scenario", demo.controlUrl), {
    method: "POST",
    headers,
    body: JSON.stringify({ name }),
  });
  if (!answer.ok) throw new Error(`the scenario ${name} was refused: ${answer.status}`);
}

async function listCauses(): Promise<Cause[]> {
  const answer = await fetch(`${demo.url}/api/v1/clusters/demo/dead-letters/causes?state=open&limit=200`, {
    headers,
  });
  return causes.parse(await answer.json()).items;
}

function note(seen: Map<string, Seen>, cause: Cause, wanted: string): void {
  const name = `${cause.group ?? "unknown"}: ${cause.causeClass ?? "unknown"}`;
  const now = Date.now();
  const known = seen.get(cause.id) ?? { name, enoughAt: null, rightAt: null, sentence: "", open: 0 };
  const isRight = cause.verdict.kind === wanted;
  seen.set(cause.id, {
    name,
    enoughAt: known.enoughAt ?? (cause.counts.open >= ENOUGH ? now : null),
    rightAt: isRight ? (known.rightAt ?? now) : null,
    sentence: cause.verdict.sentence,
    open: cause.counts.open,
  });
}

/** Runs a scenario until a cause has enough dead letters and a verdict, and all that have enough were given time for one. */
async function watch(scenario: string, wanted: string): Promise<Seen[]> {
  const before = new Set((await listCauses()).map(({ id }) => id));
  const seen = new Map<string, Seen>();
  await switchTo(scenario);
  const startedAt = Date.now();
  let settledAt: number | null = null;
  while (Date.now() - startedAt < LIMIT_MS) {
    for (const cause of await listCauses()) if (!before.has(cause.id)) note(seen, cause, wanted);
    const enough = [...seen.values()].filter(({ enoughAt }) => enoughAt !== null);
    const told = enough.length > 0 && enough.every(({ rightAt }) => rightAt !== null);
    settledAt = told ? (settledAt ?? Date.now()) : null;
    if (settledAt !== null && Date.now() - settledAt > 20_000) break;
    await delay(EVERY_MS);
  }
  await switchTo("calm");
  return [...seen.values()].filter(({ enoughAt }) => enoughAt !== null);
}

const after = ({ enoughAt, rightAt }: Seen): string =>
  enoughAt === null || rightAt === null
    ? "not told"
    : `${Math.max(0, (rightAt - enoughAt) / 1_000).toFixed(1)} s`;

const rows: string[] = [];
for (const [scenario, wanted] of [
  ["poison", "poison-pill"],
  ["outage", "outage"],
] as const) {
  say(scenario);
  for (const each of await watch(scenario, wanted)) {
    rows.push(
      `| ${scenario} | ${each.name} | ${each.open} | ${wanted} | ${after(each)} | ${each.sentence} |`,
    );
    say(`${each.name}: ${after(each)}`);
  }
}
await writeFile(
  join(ROOT, "docs", "proof", "dead-letter-verdicts.md"),
  `# How soon a fault is told

Written by \`node bench/dead-letter-verdicts/main.ts\` on ${new Date().toISOString().slice(0, 10)} against the running demo. A cause counts once it has
${ENOUGH} open dead letters; the time is from then until its verdict stood, as the API tells it (asked twice a second), 0 where it stood
before.

| scenario | cause | open | verdict wanted | after its ${ENOUGH}th | what it said |
|---|---|---:|---|---:|---|
${rows.join("\n")}
`,
);
