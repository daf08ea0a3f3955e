/**
 * Takes the pictures of docs/guide from a running demo, so that they can be taken again after each change:
 * `npm run demo -- --scenario slow-consumer`, wait some minutes, then `npm run guide:pictures`. Those of the dead
 * letters want the scenario `poison`, those of sagas `courier-down`; names behind `--` take these pictures alone.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "@playwright/test";
import { z } from "zod";
import { paths } from "#lib/contracts/paths.ts";
import { chromiumPath } from "#test/e2e/support/chromium.ts";

const FOLDER = "docs/guide";
const CLUSTER = "demo";
const HOT_TOPIC = "order.order.created";

const home = process.env["SLUICE_HOME"] ?? ".sluice";
const demo = JSON.parse(readFileSync(`${home}/demo.json`, "utf8")) as {
  url: string;
  email: string;
  password: string;
  apiToken: string;
};

/** A plan that is never applied: the picture of one. */
async function resetPath(group: string): Promise<string> {
  const answer = await fetch(`${demo.url}/api/v1/clusters/${CLUSTER}/groups/${group}/offset-resets`, {
    method: "POST",
    headers: { authorization: `Bearer ${demo.apiToken}`, "content-type": "application/json" },
    body: JSON.stringify({ target: { kind: "ago", ms: 60_000 }, scope: { kind: "all" } }),
  });
  if (!answer.ok) throw new Error(`a reset of ${group} could not be planned: ${answer.status}`);
  const { id } = z.object({ id: z.string() }).parse(await answer.json());
  return paths.offsetReset(CLUSTER, group, id);
}

/** The cause with the most open dead letters, and a typical one of them. */
async function worstCause(): Promise<{ id: string; typicalId: string }> {
  const address = `${demo.url}/api/v1/clusters/${CLUSTER}/dead-letters/causes?sort=open&state=open&limit=1`;
  const answer = await fetch(address, { headers: { authorization: `Bearer ${demo.apiToken}` } });
  const cause = z.object({ id: z.string(), typicalId: z.string() });
  const [first] = z.object({ items: z.array(cause) }).parse(await answer.json()).items;
  if (first === undefined) throw new Error("no dead letter is open: run the scenario poison");
  return first;
}

/** A redrive of the worst cause that is planned and never started: the picture of a plan. */
async function plannedJob(): Promise<string> {
  const address = `${demo.url}/api/v1/clusters/${CLUSTER}`;
  const headers = { authorization: `Bearer ${demo.apiToken}`, "content-type": "application/json" };
  const { id } = await worstCause();
  const counted = await fetch(`${address}/dead-letters/selection?cause=${id}&state=open`, { headers });
  const frozen = z.object({ upTo: z.string(), count: z.number() }).parse(await counted.json());
  const answer = await fetch(`${address}/jobs`, {
    method: "POST",
    headers,
    body: JSON.stringify({
      kind: "redrive",
      name: "Send payments its orders again",
      source: {
        kind: "dead-letters",
        selection: { kind: "filter", filter: { cause: id, state: "open" }, frozen },
      },
      target: { kind: "way-in", group: "payments" },
    }),
  });
  if (!answer.ok) throw new Error(`a job could not be planned: ${answer.status}`);
  const { number } = z.object({ number: z.number() }).parse(await answer.json());
  return paths.job(CLUSTER, number);
}

/** A fulfilment that tells most: a stuck one, else one that was undone, else any. */
async function tellingSaga(): Promise<string> {
  const headers = { authorization: `Bearer ${demo.apiToken}` };
  for (const filter of ["&state=stuck", "&state=compensating", "&state=compensated", ""]) {
    const answer = await fetch(`${demo.url}/api/v1/sagas?type=fulfilment&limit=1${filter}`, { headers });
    const [first] = z
      .object({ items: z.array(z.object({ id: z.string() })) })
      .parse(await answer.json()).items;
    if (first !== undefined) return paths.saga(first.id);
  }
  throw new Error("no fulfilment has been started: wait a little");
}

/** The page of the type fulfilment. */
async function fulfilmentType(): Promise<string> {
  const headers = { authorization: `Bearer ${demo.apiToken}` };
  const answer = await fetch(`${demo.url}/api/v1/sagas/definitions`, { headers });
  const definition = z.object({ source: z.string(), type: z.string() });
  const { items } = z.object({ items: z.array(definition) }).parse(await answer.json());
  const found = items.find(({ type }) => type === "fulfilment");
  if (found === undefined) throw new Error("no source tells the type fulfilment");
  return paths.sagaDefinition(found.source, found.type);
}

type Path = string | (() => Promise<string>);

const PICTURES: { name: string; path: Path; theme: "light" | "dark" }[] = [
  { name: "overview", path: paths.overview(CLUSTER), theme: "light" },
  { name: "overview-dark", path: paths.overview(CLUSTER), theme: "dark" },
  { name: "groups", path: paths.groups(CLUSTER), theme: "light" },
  { name: "group", path: paths.group(CLUSTER, "inventory"), theme: "light" },
  { name: "group-dark", path: paths.group(CLUSTER, "inventory"), theme: "dark" },
  { name: "evidence", path: `${paths.group(CLUSTER, "inventory")}?evidence=worst`, theme: "light" },
  { name: "offset-reset", path: () => resetPath("inventory"), theme: "light" },
  { name: "topics", path: paths.topics(CLUSTER), theme: "light" },
  { name: "topic", path: paths.topic(CLUSTER, HOT_TOPIC), theme: "light" },
  { name: "records", path: paths.records(CLUSTER, HOT_TOPIC), theme: "light" },
  { name: "dead-letters", path: paths.deadLetters(CLUSTER), theme: "light" },
  {
    name: "dead-letter-cause",
    path: async () => paths.deadLetterCause(CLUSTER, (await worstCause()).id),
    theme: "light",
  },
  {
    name: "dead-letter",
    path: async () => paths.deadLetter(CLUSTER, (await worstCause()).typicalId),
    theme: "light",
  },
  { name: "dead-letter-topics", path: paths.deadLetterTopics(CLUSTER), theme: "light" },
  { name: "job", path: plannedJob, theme: "light" },
  { name: "jobs", path: paths.jobs(CLUSTER), theme: "light" },
  { name: "sagas", path: paths.sagas(), theme: "light" },
  { name: "saga", path: tellingSaga, theme: "light" },
  { name: "saga-definition", path: fulfilmentType, theme: "light" },
  { name: "brokers", path: paths.brokers(CLUSTER), theme: "light" },
  { name: "tokens", path: paths.settingsTokens(), theme: "light" },
  { name: "api", path: paths.apiReference(), theme: "light" },
];

mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch({
  executablePath: await chromiumPath(),
  args: ["--no-sandbox", "--disable-gpu"],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: "UTC" });
const page = await context.newPage();
await page.goto(demo.url + paths.signIn());
await page.getByLabel("Email").fill(demo.email);
await page.getByRole("textbox", { name: "Password" }).fill(demo.password);
await page.getByRole("button", { name: "Sign in" }).click();
await page.waitForURL(/clusters/);

const named = process.argv.slice(2);
for (const { name, path, theme } of PICTURES) {
  if (named.length > 0 && !named.includes(name)) continue;
  await page.emulateMedia({ colorScheme: theme });
  await page.evaluate((value) => localStorage.setItem("theme", value), theme);
  await page.goto(demo.url + (typeof path === "string" ? path : await path()));
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForTimeout(2_500);
  await page.waitForFunction(() => document.querySelector("[aria-busy=true]") === null);
  await page.screenshot({ path: `${FOLDER}/${name}.png` });
  console.log(`  ✓ ${FOLDER}/${name}.png`);
}
await browser.close();
