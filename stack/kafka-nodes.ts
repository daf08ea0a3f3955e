import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { loadKafkaState, type KafkaState } from "./kafka-state.ts";
import { startKafka, type KafkaHandle, type KafkaOptions } from "./kafka.ts";

/** Where the brokers live, and how many there are; the rest is as for one broker. */
export type KafkaNodesOptions = Pick<
  KafkaOptions,
  "cacheDir" | "properties" | "heapMb" | "fresh" | "signal" | "onProgress"
> & {
  /** A folder a broker below it: `1`, `2` and so on. */
  dir: string;
  nodes: number;
};

/** Brokers of one cluster, each with its own handle; their node ids are 1, 2 and so on. */
export type KafkaNodesHandle = {
  brokers: string;
  nodes: readonly KafkaHandle[];
  jarsDir: string;
  /** Ends all of them at once: the last ones would find no quorum for a stop in good order. */
  stop: () => Promise<void>;
};

/**
 * Starts a cluster of Apache Kafka brokers on loopback, each of them broker and controller, and resolves when all answer
 * metadata, within 90 s. Kafka's own topics are kept on up to three of them. Throws, with all of them ended, when one
 * does not start.
 */
export async function startKafkaNodes(options: KafkaNodesOptions): Promise<KafkaNodesHandle> {
  const { nodes: count, dir, properties, ...common } = options;
  const dirs = Array.from({ length: count }, (_, index) => join(resolve(dir), String(index + 1)));
  const states = await agreedStates(dirs);
  const voters = states.map((state, index) => `${index + 1}@127.0.0.1:${state.controllerPort}`).join(",");
  const settled = await Promise.allSettled(
    dirs.map((nodeDir, index) =>
      startKafka({
        ...common,
        dir: nodeDir,
        properties: {
          ...ownTopics(count),
          ...properties,
          "node.id": String(index + 1),
          "controller.quorum.voters": voters,
        },
      }),
    ),
  );
  const nodes = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
  };
  const [first] = nodes;
  const failed = settled.find((each) => each.status === "rejected");
  if (failed !== undefined || first === undefined) {
    await stop();
    throw new Error("a Kafka broker of the cluster does not start", { cause: failed?.reason });
  }
  return { brokers: nodes.map((node) => node.brokers).join(","), nodes, jarsDir: first.jarsDir, stop };
}

/** One cluster id, and ports that no two brokers share; kept from start to start as far as they are free. */
async function agreedStates(dirs: readonly string[]): Promise<KafkaState[]> {
  const states: KafkaState[] = [];
  for (const dir of dirs) {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    let state = await loadKafkaState(dir, undefined);
    while (states.some((other) => portsOf(other).some((port) => portsOf(state).includes(port)))) {
      await writeFile(join(dir, "broker.json"), JSON.stringify({ clusterId: state.clusterId }), {
        mode: 0o600,
      });
      state = await loadKafkaState(dir, undefined);
    }
    state.clusterId = states[0]?.clusterId ?? state.clusterId;
    await writeFile(join(dir, "broker.json"), JSON.stringify(state, null, 2), { mode: 0o600 });
    states.push(state);
  }
  return states;
}

const portsOf = ({ port, controllerPort, saslPort }: KafkaState): number[] => [
  port,
  controllerPort,
  saslPort,
];

/** Kafka's own topics survive one broker of three, and are spread over all. */
function ownTopics(count: number): Record<string, string> {
  const factor = String(Math.min(3, count));
  const inSync = String(Math.min(2, count));
  return {
    "default.replication.factor": factor,
    "offsets.topic.replication.factor": factor,
    "offsets.topic.num.partitions": "12",
    "transaction.state.log.replication.factor": factor,
    "transaction.state.log.min.isr": inSync,
    "share.coordinator.state.topic.replication.factor": factor,
    "share.coordinator.state.topic.min.isr": inSync,
  };
}
