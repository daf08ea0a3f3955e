import { join } from "node:path";
import type { KafkaState } from "./kafka-state.ts";

/** The listeners, and the settings a caller adds or replaces. */
export type SettingsInput = {
  dir: string;
  state: KafkaState;
  saslSsl: { keystore: string } | undefined;
  /** A second plain listener, which tells its clients to come through another port. */
  proxied?: { port: number; advertisedPort: number } | undefined;
  extra: Readonly<Record<string, string>>;
};

const QUOTAS_OF_ONE_BROKER: Readonly<Record<string, string>> = {
  "auto.create.topics.enable": "false",
  "num.partitions": "3",
  "default.replication.factor": "1",
  "min.insync.replicas": "1",
  "offsets.topic.replication.factor": "1",
  "offsets.topic.num.partitions": "4",
  "transaction.state.log.replication.factor": "1",
  "transaction.state.log.min.isr": "1",
  "transaction.state.log.num.partitions": "4",
  "share.coordinator.state.topic.replication.factor": "1",
  "share.coordinator.state.topic.min.isr": "1",
  "share.coordinator.state.topic.num.partitions": "4",
  "group.initial.rebalance.delay.ms": "0",
  // A broker that was killed may come back once its session has lapsed.
  "broker.session.timeout.ms": "5000",
  "broker.heartbeat.interval.ms": "1000",
  "num.network.threads": "2",
  "num.io.threads": "4",
};

/** The secured listener's settings: one user who may sign in with PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512. */
const saslSslSettings = (state: KafkaState, keystore: string): Record<string, string> => {
  const prefix = "listener.name.sasl_ssl";
  const security = "org.apache.kafka.common.security";
  return {
    "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
    [`${prefix}.plain.sasl.jaas.config`]: `${security}.plain.PlainLoginModule required user_${state.username}="${state.password}";`,
    [`${prefix}.scram-sha-256.sasl.jaas.config`]: `${security}.scram.ScramLoginModule required;`,
    [`${prefix}.scram-sha-512.sasl.jaas.config`]: `${security}.scram.ScramLoginModule required;`,
    [`${prefix}.ssl.keystore.type`]: "PKCS12",
    [`${prefix}.ssl.keystore.location`]: keystore,
    [`${prefix}.ssl.keystore.password`]: state.password,
    [`${prefix}.ssl.key.password`]: state.password,
  };
};

/** The text of `server.properties` for one KRaft node that is broker and controller, reachable on loopback only. */
export function serverProperties({ dir, state, saslSsl, proxied, extra }: SettingsInput): string {
  const host = "127.0.0.1";
  const listeners = [`PLAINTEXT://${host}:${state.port}`, `CONTROLLER://${host}:${state.controllerPort}`];
  const advertised = [`PLAINTEXT://${host}:${state.port}`];
  if (saslSsl) {
    listeners.push(`SASL_SSL://${host}:${state.saslPort}`);
    advertised.push(`SASL_SSL://localhost:${state.saslPort}`);
  }
  if (proxied) {
    listeners.push(`PROXIED://${host}:${proxied.port}`);
    advertised.push(`PROXIED://${host}:${proxied.advertisedPort}`);
  }
  const settings: Record<string, string> = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": `1@${host}:${state.controllerPort}`,
    listeners: listeners.join(","),
    "advertised.listeners": advertised.join(","),
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map":
      "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT,SASL_SSL:SASL_SSL",
    "log.dirs": join(dir, "data"),
    ...QUOTAS_OF_ONE_BROKER,
    ...(saslSsl ? saslSslSettings(state, saslSsl.keystore) : {}),
    ...extra,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value.replaceAll("\\", "\\\\")}\n`)
    .join("");
}
