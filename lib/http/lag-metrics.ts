import { Gauge, type Registry } from "prom-client";
import type { ExportedLag } from "#lib/domain/groups/exported-lag.ts";
import { lagOf } from "#lib/domain/groups/partition-lag.ts";
import { greatestOf } from "#lib/domain/time/history-levels.ts";

/** So many series of partitions at most: one scrape stays small. */
const MAX_PARTITIONS = 10_000;
const BY_GROUP = ["cluster_name", "group"];
const BY_TOPIC = [...BY_GROUP, "topic"];
const BY_PARTITION = [...BY_TOPIC, "partition"];

interface LagGauges {
  lag: Gauge;
  seconds: Gauge;
  offset: Gauge;
  maxLag: Gauge;
  sumLag: Gauge;
  topicLag: Gauge;
  maxSeconds: Gauge;
  verdict: Gauge;
  retention: Gauge;
}

/**
 * addLagMetrics writes the gauges of groups into `registry`, those of kafka-lag-exporter by its names (seglo's README,
 * "Metrics"), and answers how many partitions were left out: groups come with most lag first, 10,000 series of
 * partitions at most. A lag that is no number has no sample.
 */
export function addLagMetrics(registry: Registry, groups: readonly ExportedLag[]): number {
  const gauges = gaugesIn(registry);
  let room = MAX_PARTITIONS;
  let leftOut = 0;
  for (const group of groups) {
    setGroup(gauges, group);
    const shown = group.partitions.slice(0, room);
    room -= shown.length;
    leftOut += group.partitions.length - shown.length;
    setPartitions(gauges, group, shown);
  }
  return leftOut;
}

function gaugesIn(registry: Registry): LagGauges {
  const gauge = (name: string, help: string, labelNames: string[]): Gauge =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  return {
    lag: gauge("kafka_consumergroup_group_lag", "Lag of a group on a partition, records.", BY_PARTITION),
    seconds: gauge(
      "kafka_consumergroup_group_lag_seconds",
      "Time lag of a group on a partition.",
      BY_PARTITION,
    ),
    offset: gauge("kafka_consumergroup_group_offset", "Committed offset on a partition.", BY_PARTITION),
    maxLag: gauge("kafka_consumergroup_group_max_lag", "Greatest lag over partitions.", BY_GROUP),
    sumLag: gauge("kafka_consumergroup_group_sum_lag", "Lag of a group over all partitions.", BY_GROUP),
    topicLag: gauge("kafka_consumergroup_group_topic_sum_lag", "Lag of a group on a topic.", BY_TOPIC),
    maxSeconds: gauge("kafka_consumergroup_group_max_lag_seconds", "Greatest time lag of a group.", BY_GROUP),
    verdict: gauge("sluice_group_verdict", "1 for the verdict that a group has now.", [
      ...BY_GROUP,
      "verdict",
    ]),
    retention: gauge(
      "sluice_group_retention_used_ratio",
      "Greatest share of a partition's kept records that the group has not read; 1 loses records.",
      BY_GROUP,
    ),
  };
}

function setGroup(
  gauges: LagGauges,
  { cluster, group, lag, timeLagMs, partitions, ...told }: ExportedLag,
): void {
  const labels = { cluster_name: cluster, group };
  const greatest = greatestOf(partitions.map((each) => lagOf(each.lag)));
  if (greatest !== null) gauges.maxLag.set(labels, greatest);
  if (lag !== null) gauges.sumLag.set(labels, lag);
  if (timeLagMs !== null) gauges.maxSeconds.set(labels, timeLagMs / 1000);
  if (told.retentionUsed !== null) gauges.retention.set(labels, told.retentionUsed);
  gauges.verdict.set({ ...labels, verdict: told.verdict }, 1);
}

function setPartitions(
  gauges: LagGauges,
  { cluster, group }: ExportedLag,
  partitions: ExportedLag["partitions"],
): void {
  const labels = { cluster_name: cluster, group };
  for (const { topic, partition, lag, timeLagMs, committed } of partitions) {
    const at = { ...labels, topic, partition: String(partition) };
    const records = lagOf(lag);
    if (records !== null) gauges.lag.set(at, records);
    if (records !== null) gauges.topicLag.inc({ ...labels, topic }, records);
    if (timeLagMs !== null) gauges.seconds.set(at, timeLagMs / 1000);
    if (committed !== null) gauges.offset.set(at, Number(committed));
  }
}
