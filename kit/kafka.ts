import { Kafka, logLevel, type KafkaConfig, type LogEntry } from "kafkajs";
import { installCodecs } from "./codecs.ts";
import { createJavaPartitioner } from "./java-partitioner.ts";
import type { KitLog } from "./log.ts";

/** Where Kafka is and how to speak to it; `ssl` and `sasl` as kafkajs takes them. */
export interface ConnectOptions {
  brokers: string[];
  clientId: string;
  ssl?: KafkaConfig["ssl"];
  sasl?: KafkaConfig["sasl"];
  log: KitLog;
}

/** kafkajs warns of a bounded retry; the kit's sender throws the producer away instead of reusing it. */
const ANSWERED_WARNINGS = ["Limiting retries for the idempotent producer"];

const KEPT_FIELDS = [
  "groupId",
  "memberId",
  "broker",
  "clientId",
  "topic",
  "partition",
  "error",
  "retryCount",
];

function fieldsOf(entry: LogEntry): object {
  const fields: Record<string, unknown> = { namespace: entry.namespace };
  for (const name of KEPT_FIELDS) {
    const value: unknown = entry.log[name];
    if (typeof value === "string" || typeof value === "number") fields[name] = value;
  }
  return fields;
}

function writeEntry(log: KitLog, entry: LogEntry): void {
  const { message } = entry.log;
  if (ANSWERED_WARNINGS.some((known) => message.startsWith(known))) return;
  const fields = fieldsOf(entry);
  // A broker's answer that kafkajs retries (rebalancing, coordinator loading) is no error yet; the last one surfaces.
  const isAnswer = entry.namespace === "Connection" && message.startsWith("Response ");
  if (isAnswer) log.debug(fields, message);
  else if (entry.level === logLevel.ERROR) log.error(fields, message);
  else if (entry.level === logLevel.WARN) log.warn(fields, message);
  else log.debug(fields, message);
}

/**
 * A kafkajs client set up as the kit needs it: every compression codec, Java's partitioner as the default of its
 * producers, short first retries, no topic made by accident, and its log on `log` (its INFO is the kit's debug).
 * Connects nothing by itself.
 */
export function connectKafka(options: ConnectOptions): Kafka {
  installCodecs();
  const kafka = new Kafka({
    brokers: options.brokers,
    clientId: options.clientId,
    ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
    ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 10, maxRetryTime: 2_000, retries: 10 },
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => {
      writeEntry(options.log, entry);
    },
  });
  const producer = kafka.producer.bind(kafka);
  kafka.producer = (config) =>
    producer({ createPartitioner: createJavaPartitioner, allowAutoTopicCreation: false, ...config });
  return kafka;
}
