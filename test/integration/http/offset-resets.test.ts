import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeSegment } from "#lib/contracts/paths.ts";
import { createTopics, topicPrefix } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { runWorker } from "#lib/worker/run-worker.ts";
import { openConsole, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

let web: TestConsole;
let viewer: TestPerson;
let operator: TestPerson;
const prefix = topicPrefix();
const TOPIC = `${prefix}.order.created`;
const GROUP = `${prefix}-a/b c%d`;
const AT = `/api/v1/clusters/default/groups/${encodeSegment(GROUP)}/offset-resets`;
const commit = (offset: bigint) => ({ offset, leaderEpoch: null, metadata: "" });

const groupAdmin = () => web.runtime.kafka("default").groupAdmin;
const signal = () => AbortSignal.timeout(30_000);
const committed = async (): Promise<bigint | undefined> =>
  (await groupAdmin().standing(GROUP, signal())).commits.get(TOPIC)?.get(0)?.offset;

beforeAll(async () => {
  web = await openConsole();
  viewer = await web.person("viewer");
  operator = await web.person("operator");
  await createTopics([{ topic: TOPIC, numPartitions: 1, replicationFactor: 1 }]);
  await groupAdmin().commitOffsets(GROUP, [{ topic: TOPIC, partition: 0, commit: commit(0n) }], signal());
});
afterAll(() => web.close());

const plan = (who: TestPerson, json: unknown) => web.send("POST", AT, { headers: who.cookie, json });

test("a viewer reads and may not plan: 403 permission_missing, on record", async () => {
  expect(await problemOf(await plan(viewer, { target: { kind: "none" } }))).toMatchObject({
    ...{ status: 403, code: "permission_missing" },
  });
  expect(await web.lastAudit("offset-reset.plan")).toMatchObject({ state: "refused" });
  expect((await web.send("GET", AT, { headers: viewer.cookie })).status).toBe(200);
});

test.each([
  [{ target: { kind: "sideways" } }, "target.kind"],
  [{ target: { kind: "offset", offset: 5 } }, "target.offset"],
  [{ target: { kind: "time", at: "yesterday" } }, "target.at"],
  [{ target: { kind: "earliest" }, scope: { kind: "topics", topics: [] } }, "scope.topics"],
])("%o is 422 and names %s", async (json, name) => {
  const problem = await problemOf(await plan(operator, json));
  expect(problem).toMatchObject({ status: 422, code: "request_invalid" });
  expect(problem.invalid_params?.map((each) => each.name)).toContain(name);
});

test.each(["nothing", "00000000-0000-4000-8000-000000000000"])("an unknown reset %s is 404", async (id) => {
  const response = await web.send("GET", `${AT}/${id}`, { headers: viewer.cookie });
  expect(await problemOf(response)).toMatchObject({ status: 404, code: "reset_unknown" });
});

test("a plan is made, waits for the group to settle, wants a reason, is applied, and watched by the worker", async () => {
  const made = await plan(operator, { target: { kind: "none" } });
  expect(made.status).toBe(200);
  const planned = (await made.json()) as {
    id: string;
    state: string;
    plan: { rows: { from: { offset: string } }[] };
  };
  expect(planned).toMatchObject({ state: "planned", plan: { rows: [{ from: { offset: "0" }, to: null }] } });
  const apply = (json: unknown) =>
    web.send("POST", `${AT}/${planned.id}/apply`, { headers: operator.cookie, json });

  expect(await problemOf(await apply({ reason: "  x " }))).toMatchObject({ status: 422 });
  const early = await apply({ reason: "a test" });
  expect(await problemOf(early)).toMatchObject({ status: 409, code: "group_not_settled" });
  expect(Number(early.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await web.lastAudit("offset-reset.apply")).toMatchObject({ state: "refused" });

  const stop = new AbortController();
  const working = runWorker(web.runtime, { signal: stop.signal, beatMs: 500 });
  try {
    // The worker's own sweeps see the group empty for 20 s.
    const applied = await until(
      async () => {
        const response = await apply({ reason: "a test" });
        return response.status === 200 ? ((await response.json()) as { watch: { untilAt: string } }) : null;
      },
      { limitMs: 40_000, everyMs: 1_000, what: "a settled group" },
    );
    expect(applied).toMatchObject({ state: "applied", decidedBy: operator.email, watch: { endedAt: null } });
    expect(await committed()).toBeUndefined();
    expect(await web.lastAudit("offset-reset.apply")).toMatchObject({
      ...{ state: "done", target: { id: planned.id, reason: "a test", to: "none" } },
    });
    await groupAdmin().commitOffsets(GROUP, [{ topic: TOPIC, partition: 0, commit: commit(0n) }], signal());
    const seen = await until(
      async () => {
        const response = await web.send("GET", `${AT}/${planned.id}`, { headers: viewer.cookie });
        const { watch } = (await response.json()) as { watch: { findings: { what: string }[] } };
        return watch.findings.length > 0 ? watch.findings : null;
      },
      { limitMs: 20_000, everyMs: 500, what: "the worker's finding" },
    );
    expect(seen).toMatchObject([{ what: "overwritten", put: null, found: "0" }]);
  } finally {
    stop.abort();
    await working;
  }
});

test("a read-only cluster is 403 cluster_read_only before anything is asked", async () => {
  const [cluster] = web.runtime.config.clusters;
  Object.assign(cluster!, { readOnly: true });
  const { ctxFor } = web.runtime;
  const readOnly = {
    ctxFor: (who: Parameters<typeof ctxFor>[0]) => {
      const ctx = ctxFor(who);
      return { ...ctx, clusters: ctx.clusters.map((each) => ({ ...each, readOnly: true })) };
    },
  };
  Object.assign(web.runtime, readOnly);
  try {
    expect(await problemOf(await plan(operator, { target: { kind: "earliest" } }))).toMatchObject({
      ...{ status: 403, code: "cluster_read_only" },
    });
    expect(await web.lastAudit("offset-reset.plan")).toMatchObject({
      ...{ state: "refused", error_code: "cluster_read_only" },
    });
  } finally {
    Object.assign(web.runtime, { ctxFor });
    Object.assign(cluster!, { readOnly: false });
  }
});
