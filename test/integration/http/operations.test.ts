import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOfPartitions } from "#lib/adapters/db/group-json.ts";
import type { PartitionLag } from "#lib/domain/groups/group.ts";
import { until } from "../../support/until.ts";
import { openConsole, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

let web: TestConsole;
let viewer: TestPerson;

beforeAll(async () => {
  web = await openConsole();
  viewer = await web.person("viewer");
});
afterAll(() => web.close());

test("health is open and says that the process lives", async () => {
  const response = await web.send("GET", "/api/health");
  expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
});

describe("readiness", () => {
  /** Readiness is kept for a second. */
  const ready = (expected: object, query = "") =>
    until(
      async () => {
        const response = await web.send("GET", `/api/health/ready${query}`);
        const body = (await response.json()) as object;
        expect({ http: response.status, ...body }).toMatchObject(expected);
        return true;
      },
      { limitMs: 5_000, what: JSON.stringify(expected) },
    );

  test("without a worker it is 503, and says so of each part without a reason", async () => {
    await ready({
      http: 503,
      status: "not_ready",
      database: "ok",
      schema: "ok",
      worker: "stopped",
      clusters: [{ id: "default", state: "unknown" }],
    });
  });

  test("a load balancer may ask for what the console itself needs", async () => {
    await ready({ http: 200, status: "ready", worker: "stopped" }, "?only=database,schema");
    expect(await problemOf(await web.send("GET", "/api/health/ready?only=weather"))).toMatchObject({
      code: "request_invalid",
    });
  });

  test("with a worker and fresh samples it is 200, and an outage of the cluster turns it", async () => {
    await web.sql("INSERT INTO worker_lease VALUES ('sweep:default', 'w1', 1, now() + interval '1 hour')");
    await web.sql(`INSERT INTO cluster_state (id, reachable, since_at, sampled_at, observed_at)
      VALUES ('default', true, now(), now() + interval '1 hour', now())`);
    await ready({ http: 200, status: "ready", worker: "ok", clusters: [{ id: "default", state: "ok" }] });
    await web.sql("UPDATE cluster_state SET sampled_at = now() - interval '1 minute'");
    await ready({ http: 503, worker: "ok", clusters: [{ state: "stopped" }] });
    await web.sql("UPDATE cluster_state SET reachable = false, reason = 'broker.secret.example refused'");
    await ready({ http: 503, clusters: [{ id: "default", state: "unreachable" }] });
    expect(await (await web.send("GET", "/api/health/ready")).text()).not.toContain("secret.example");
  });

  test("a database that lacks a migration of this build is schema_behind", async () => {
    await web.sql("UPDATE _prisma_migrations SET finished_at = NULL");
    await ready({ http: 503, database: "ok", schema: "schema_behind", worker: "unknown" });
    await web.sql("UPDATE _prisma_migrations SET finished_at = now()");
    await ready({ schema: "ok" });
  });
});

describe("metrics", () => {
  beforeAll(async () => {
    const partitions = JSON.stringify(
      jsonOfPartitions([partition(0, { state: "known", lag: 7 }), partition(1, { state: "uncommitted" })]),
    );
    await web.sql(`INSERT INTO group_state (cluster, group_id, kind, state, protocol_type, member_count, verdict, trouble_rank,
      reason, lag, time_lag_ms, observed_at) VALUES ('default', 'a "b"', 'classic', 'stable', 'consumer', 1, 'ok', 4, '', 7, 1500, now())`);
    await web.sql(`INSERT INTO group_topic_state (cluster, group_id, topic, lag, partitions)
      VALUES ('default', 'a "b"', 'orders', 7, '${partitions}')`);
  });

  const partition = (index: number, lag: PartitionLag) => ({
    partition: index,
    committed: 93n,
    end: 100n,
    start: 0n,
    lag,
    timeLagMs: null,
    retentionUsed: null,
    expiresAt: null,
    verdict: "ok" as const,
    reason: "",
    memberId: null,
    movedAt: null,
  });

  test("need a permission", async () => {
    expect(await problemOf(await web.send("GET", "/api/metrics"))).toMatchObject({ status: 401 });
    const token = await web.token(viewer.userId, "viewer");
    expect((await web.send("GET", "/api/metrics", { headers: token.header })).status).toBe(200);
  });

  test("tell lag by the names that users of kafka-lag-exporter know", async () => {
    const text = await (await web.send("GET", "/api/metrics", { headers: viewer.cookie })).text();
    const lines = text.split("\n");
    const labels = 'cluster_name="default",group="a \\"b\\""';
    expect(lines).toContain(`kafka_consumergroup_group_lag{${labels},topic="orders",partition="0"} 7`);
    expect(lines).toContain(`kafka_consumergroup_group_max_lag{${labels}} 7`);
    expect(lines).toContain(`kafka_consumergroup_group_sum_lag{${labels}} 7`);
    expect(lines).toContain(`kafka_consumergroup_group_max_lag_seconds{${labels}} 1.5`);
    expect(lines).toContain(`kafka_consumergroup_group_topic_sum_lag{${labels},topic="orders"} 7`);
    expect(lines).toContain(`sluice_group_verdict{${labels},verdict="ok"} 1`);
    expect(lines).toContain("sluice_metrics_groups_left_out 0");
    // A lag that is no number is no sample, never a zero.
    expect(text).not.toContain(
      'group_lag{cluster_name="default",group="a \\"b\\"",topic="orders",partition="1"}',
    );
  });

  test("know every name that the dashboard asks for", async () => {
    const dashboard = await readFile(
      join(import.meta.dirname, "../../../docs/grafana/sluice-lag.json"),
      "utf8",
    );
    const asked = new Set(dashboard.match(/\b(?:kafka_consumergroup|sluice)_[a-z_]+/g));
    const text = await (await web.send("GET", "/api/metrics", { headers: viewer.cookie })).text();
    const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    expect(asked.size).toBeGreaterThan(5);
    expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  });

  test("count requests by the path's template, so that no caller can make series", async () => {
    await web.send("GET", "/api/v1/clusters/one-of-many/groups", { headers: viewer.cookie });
    const text = await (await web.send("GET", "/api/metrics", { headers: viewer.cookie })).text();
    expect(text).toContain('route="/api/v1/clusters/{cluster}/groups",status="404"} 1');
    expect(text).not.toContain("one-of-many");
  });

  test("are open where the configuration says so", async () => {
    Object.assign(web.runtime.config, { openMetrics: true });
    expect((await web.send("GET", "/api/metrics")).status).toBe(200);
    Object.assign(web.runtime.config, { openMetrics: false });
  });
});

test("the description of the API is open and names every path under its own address", async () => {
  const document = (await (await web.send("GET", "/api/openapi.json")).json()) as { paths: object };
  expect(Object.keys(document.paths)).toContain("/api/v1/clusters/{cluster}/groups/{group}");
});
