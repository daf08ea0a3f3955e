import { setTimeout as delay } from "node:timers/promises";
import { Kafka, logLevel, Partitioners, type Consumer, type Producer } from "kafkajs";

/** When a run of records of one partition was written: all of them at one instant. */
interface Written {
  baseOffset: bigint;
  at: number;
}

/** A producer of a fixed rate and a consumer whose pace can be changed; both know what they did. */
export interface Shop {
  readonly topic: string;
  readonly group: string;
  /** Records written less records committed: the truth that no broker was asked for. */
  lag(): number;
  /** The age at `now` of the record at an offset, ms; null when it was not written yet. */
  ageOf(partition: number, offset: bigint, now: number): number | null;
  setPace(recordsPerSecond: number): void;
  stop(): Promise<void>;
}

const TICK_MS = 100;

/** openShop makes a topic of four partitions and starts to write and to read it. */
export async function openShop(
  brokers: string,
  { name, writesPerSecond, pace }: { name: string; writesPerSecond: number; pace: number },
): Promise<Shop> {
  const kafka = new Kafka({ clientId: "bench", brokers: brokers.split(","), logLevel: logLevel.NOTHING });
  const topic = `${name}.order.created`;
  const group = `${name}-inventory`;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 4 }], waitForLeaders: true });
  await admin.disconnect();
  const state = { pace, written: 0, committed: 0, ended: false };
  const ledger = [0, 1, 2, 3].map((): Written[] => []);
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const consumer = kafka.consumer({ groupId: group, maxBytesPerPartition: 2_048, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await read(consumer, state);
  const writing = write(producer, { topic, state, ledger, writesPerSecond });
  return {
    ...{ topic, group },
    lag: () => state.written - state.committed,
    ageOf: (partition, offset, now) => {
      const run = ledger[partition]?.findLast(({ baseOffset }) => baseOffset <= offset);
      return run === undefined ? null : now - run.at;
    },
    setPace: (recordsPerSecond) => {
      state.pace = recordsPerSecond;
    },
    async stop() {
      state.ended = true;
      await writing;
      await producer.disconnect();
      await consumer.disconnect();
    },
  };
}

interface State {
  pace: number;
  written: number;
  committed: number;
  ended: boolean;
}

async function write(
  producer: Producer,
  {
    topic,
    state,
    ledger,
    writesPerSecond,
  }: { topic: string; state: State; ledger: Written[][]; writesPerSecond: number },
): Promise<void> {
  const startedAt = Date.now();
  while (!state.ended) {
    const due = Math.floor(((Date.now() - startedAt) * writesPerSecond) / 1000) - state.written;
    const at = Date.now();
    const messages = Array.from({ length: Math.max(0, due) }, (_, index) => ({
      ...{ key: String(index), value: "x".repeat(80), timestamp: String(at) },
      partition: (state.written + index) % ledger.length,
    }));
    if (messages.length > 0) {
      for (const sent of await producer.send({ topic, messages })) {
        ledger[sent.partition]?.push({ baseOffset: BigInt(sent.baseOffset ?? 0), at });
      }
      state.written += messages.length;
    }
    await delay(TICK_MS);
  }
}

/** Works at the pace that is set, and commits after the work. */
async function read(consumer: Consumer, state: State): Promise<void> {
  let freeAt = Date.now();
  await consumer.run({
    autoCommit: false,
    eachBatch: async (payload) => {
      const { batch } = payload;
      for (
        let from = 0;
        from < batch.messages.length && payload.isRunning() && !payload.isStale();
        from += 8
      ) {
        const some = batch.messages.slice(from, from + 8);
        freeAt = Math.max(freeAt, Date.now() - 1_000) + (some.length * 1000) / state.pace;
        if (freeAt > Date.now()) await delay(freeAt - Date.now());
        const next = (BigInt(some.at(-1)?.offset ?? "0") + 1n).toString();
        await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset: next }]);
        state.committed += some.length;
        await payload.heartbeat();
      }
    },
  });
}
