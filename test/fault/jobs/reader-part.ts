/**
 * A real service: the kit's consumer of one group, with its retries and dead letters, in a process of its own. It fails
 * on records that are marked, or on all of them. Settings come as JSON in FAULT_JOBS.
 */
import { writeSync } from "node:fs";
import { createConsumer, handle } from "#kit/consumer.ts";
import { defineEvent } from "#kit/event.ts";
import { connectKafka } from "#kit/kafka.ts";
import type { KitLog } from "#kit/log.ts";
import { ensureTopics } from "#kit/topics.ts";

/** What a reader is told. */
export interface ReaderSettings {
  brokers: string;
  group: string;
  topics: string[];
  retryTopics: boolean;
  failing: "all" | "marked";
}

/** An event that the reader is given. */
interface ReadEvent {
  n: number;
  marked: boolean;
}

const { brokers, group, topics, retryTopics, failing } = JSON.parse(
  process.env["FAULT_JOBS"] ?? "{}",
) as ReaderSettings;

const quiet: KitLog = { info: () => undefined, debug: () => undefined, warn: told, error: told };
function told(_fields: object, message: string): void {
  writeSync(1, `log ${message}\n`);
}

const events = topics.map((topic) =>
  defineEvent({ topic, parse: (value) => value as ReadEvent, partitions: 6 }),
);
const handlers = events.map((event) =>
  handle(event, ({ payload }) => {
    if (failing === "all" || payload.marked) return Promise.reject(new Error("The order cannot be billed"));
    writeSync(1, `done-with ${event.topic} ${payload.n}\n`);
    return Promise.resolve();
  }),
);
const kafka = connectKafka({ brokers: brokers.split(","), clientId: "fault-reader", log: quiet });
const admin = kafka.admin();
await admin.connect();
await ensureTopics({ admin, events, consumers: [{ group, events, retryTopics }] });
await admin.disconnect();
const consumer = createConsumer({
  ...{ kafka, service: "billing", group, log: quiet, handlers, retryTopics },
});
await consumer.start();
writeSync(1, "ready\n");
await new Promise<void>((resolve) => process.once("SIGTERM", () => resolve()));
await consumer.stop();
