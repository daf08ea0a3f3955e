import { Gauge, Registry } from "prom-client";
import { lagOf, type ExportedLag } from "#lib/domain/groups/exported-lag.ts";
import { actorOf, refuseUnlessAllowed } from "#lib/http/actor-of.ts";
import { handle } from "#lib/http/handle.ts";
import { processMetrics } from "#lib/http/metrics.ts";
import { runtime } from "#lib/runtime.ts";

/** METRICS_PATH is Prometheus' text of this process and of the lag of all groups. */
const METRICS_PATH = "/api/metrics";

/** The groups with most lag first, and so many series of partitions at most: one scrape stays small. */
const MAX_GROUPS = 1_000;
const MAX_PARTITIONS = 10_000;

/**
 * metricsRoute needs a bearer token with `metrics:read`, unless the configuration opens it. Lag has the names that
 * users of kafka-lag-exporter know (seglo/kafka-lag-exporter, README "Metrics").
 */
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
  const sampled = gauge("sluice_sweep_timestamp_seconds", "When the last stored sweep was made.", [
    "cluster_name",
  ]);
  const states = await db.clusters.states();
  for (const { id } of config.clusters) {
    const state = states.get(id);
    if (state === undefined) continue;
    const labels = { cluster_name: id };
    reachable.set(labels, state.reachable ? 1 : 0);
    if (state.sweep !== null) duration.set(labels, state.sweep.durationMs / 1000);
    if (state.sweep !== null) requests.set(labels, state.sweep.requests);
    if (state.sampledAt !== null) sampled.set(labels, state.sampledAt / 1000);
  }
  const { groups, total } = await db.health.exportedLags(MAX_GROUPS);
  const leftOut = setLags(gauge, groups);
  gauge("sluice_metrics_groups_left_out", "Groups that this answer leaves out.", []).set(
    total - groups.length,
  );
  gauge("sluice_metrics_partitions_left_out", "Partitions that this answer leaves out.", []).set(leftOut);
  return registry;
}

type MakeGauge = (name: string, help: string, labelNames: string[]) => Gauge;

/** Sets the gauges of lag and returns how many partitions were left out. */
function setLags(gauge: MakeGauge, groups: readonly ExportedLag[]): number {
  const byGroup = ["cluster_name", "group"];
  const byPartition = [...byGroup, "topic", "partition"];
  const lag = gauge("kafka_consumergroup_group_lag", "Lag of a group on a partition, records.", byPartition);
  const seconds = gauge(
    "kafka_consumergroup_group_lag_seconds",
    "Time lag of a group on a partition.",
    byPartition,
  );
  const offset = gauge(
    "kafka_consumergroup_group_offset",
    "Committed offset of a group on a partition.",
    byPartition,
  );
  const maxLag = gauge(
    "kafka_consumergroup_group_max_lag",
    "Greatest lag of a group over partitions.",
    byGroup,
  );
  const sumLag = gauge("kafka_consumergroup_group_sum_lag", "Lag of a group over all partitions.", byGroup);
  const maxSeconds = gauge(
    "kafka_consumergroup_group_max_lag_seconds",
    "Greatest time lag of a group.",
    byGroup,
  );
  let room = MAX_PARTITIONS;
  let leftOut = 0;
  for (const each of groups) {
    const labels = { cluster_name: each.cluster, group: each.group };
    const lags = each.partitions.map(lagOf).filter((value) => value !== null);
    if (lags.length > 0)
      maxLag.set(
        labels,
        lags.reduce((a, b) => Math.max(a, b)),
      );
    if (each.lag !== null) sumLag.set(labels, each.lag);
    if (each.timeLagMs !== null) maxSeconds.set(labels, each.timeLagMs / 1000);
    const shown = each.partitions.slice(0, room);
    room -= shown.length;
    leftOut += each.partitions.length - shown.length;
    for (const partition of shown) {
      const at = { ...labels, topic: partition.topic, partition: String(partition.partition) };
      const records = lagOf(partition);
      if (records !== null) lag.set(at, records);
      if (partition.timeLagMs !== null) seconds.set(at, partition.timeLagMs / 1000);
      if (partition.committed !== null) offset.set(at, Number(partition.committed));
    }
  }
  return leftOut;
}
