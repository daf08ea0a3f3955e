import { Gauge, Registry } from "prom-client";
import { actorOf, refuseUnlessAllowed } from "#lib/http/actor-of.ts";
import { handle } from "#lib/http/handle.ts";
import { addLagMetrics } from "#lib/http/lag-metrics.ts";
import { processMetrics } from "#lib/http/metrics.ts";
import { runtime } from "#lib/runtime.ts";

/** METRICS_PATH is Prometheus' text of this process and of the lag of all groups. */
const METRICS_PATH = "/api/metrics";

/** So many groups at most, those with most lag: one scrape stays small. */
const MAX_GROUPS = 1_000;

/** metricsRoute needs a bearer token with `metrics:read`, unless the configuration opens it. */
export const metricsRoute = handle(METRICS_PATH, async ({ request }) => {
  const { config } = runtime();
  if (!config.openMetrics) refuseUnlessAllowed(await actorOf(request, "metrics:read"), "metrics:read");
  const { registry } = processMetrics();
  const swept = await sweptMetrics();
  const text = await Registry.merge([registry, swept]).metrics();
  return new Response(text, { headers: { "content-type": Registry.PROMETHEUS_CONTENT_TYPE } });
});

async function sweptMetrics(): Promise<Registry> {
  const { db, config } = runtime();
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: string[]): Gauge =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const reachable = gauge("sluice_cluster_reachable", "1 while the cluster answers the worker.", [
    "cluster_name",
  ]);
  const duration = gauge("sluice_sweep_duration_seconds", "Duration of the last sweep.", ["cluster_name"]);
  const requests = gauge("sluice_sweep_requests", "Requests to Kafka of the last sweep.", ["cluster_name"]);
  const pollTime = gauge("kafka_consumergroup_poll_time_ms", "Duration of the last sweep.", ["cluster_name"]);
  const sampled = gauge("sluice_sweep_timestamp_seconds", "When the last stored sweep was made.", [
    "cluster_name",
  ]);
  const states = await db.clusters.states();
  for (const { id } of config.clusters) {
    const state = states.get(id);
    if (state === undefined) continue;
    const labels = { cluster_name: id };
    reachable.set(labels, state.reachable ? 1 : 0);
    if (state.sweep !== null) {
      duration.set(labels, state.sweep.durationMs / 1000);
      pollTime.set(labels, state.sweep.durationMs);
      requests.set(labels, state.sweep.requests);
    }
    if (state.sampledAt !== null) sampled.set(labels, state.sampledAt / 1000);
  }
  const open = gauge("sluice_dead_letters_open", "Open dead letters of a group in a topic.", [
    ...["cluster_name", "topic", "group"],
  ]);
  for (const each of await db.deadLetterTopics.openByGroup(MAX_GROUPS))
    open.set({ cluster_name: each.cluster, topic: each.topic, group: each.group ?? "" }, each.open);
  const { groups, total } = await db.health.exportedLags(MAX_GROUPS);
  const leftOut = addLagMetrics(registry, groups);
  gauge("sluice_metrics_groups_left_out", "Groups that this answer leaves out.", []).set(
    total - groups.length,
  );
  gauge("sluice_metrics_partitions_left_out", "Partitions that this answer leaves out.", []).set(leftOut);
  return registry;
}
