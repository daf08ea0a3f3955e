import { afterEach } from "vitest";
import {
  openKafkaCluster,
  type KafkaCluster,
  type KafkaClusterOptions,
} from "#lib/adapters/kafka/kafka-cluster.ts";
import { SWEEP_PARTS, type ClusterObservation, type SweepPart } from "#lib/domain/sweep/observation.ts";
import { testStack } from "#test/support/stack.ts";

/** Every part of a sweep. */
export const ALL: ReadonlySet<SweepPart> = new Set(SWEEP_PARTS);

const open: KafkaCluster[] = [];

/** closeAfterEach closes what {@link connect} opened when a test ends; to be called once a file. */
export function closeAfterEach(): void {
  afterEach(async () => {
    await Promise.all(open.splice(0).map((cluster) => cluster.close()));
  });
}

/** connect opens the run's broker, or what `change` says. */
export function connect(change: Partial<KafkaClusterOptions> = {}): KafkaCluster {
  const cluster = openKafkaCluster({
    bootstrap: testStack().kafkaBrokers.split(","),
    ...{ clientId: "sluice-test", tls: null, sasl: null, now: Date.now },
    ...change,
  });
  open.push(cluster);
  return cluster;
}

/** sweep sweeps a cluster, the core alone unless told otherwise. */
export function sweep(
  cluster: KafkaCluster,
  parts: ReadonlySet<SweepPart> = new Set(),
): Promise<ClusterObservation> {
  return cluster.sweep(parts, AbortSignal.timeout(30_000));
}
