import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RecordView } from "#lib/adapters/kafka/scan/types.ts";
import { testStack } from "#test/support/stack.ts";

const run = promisify(execFile);
const LIMIT_MS = 120_000;

/** One line of OddRecords.java. */
export interface OddLine {
  topic: string;
  partition: number;
  offset: bigint;
  committed: boolean;
  digest: string;
}

/** oddRecords runs OddRecords.java against the run's broker and reads its lines. */
export async function oddRecords(...args: readonly string[]): Promise<OddLine[]> {
  const { kafkaJars, kafkaBrokers } = testStack();
  if (kafkaJars === null)
    throw new Error("this test needs Kafka's jars: give SLUICE_TEST_STACK, or no broker at all");
  const [verb, ...rest] = args;
  const program = join(import.meta.dirname, "OddRecords.java");
  const { stdout } = await run(
    "java",
    ["-cp", join(kafkaJars, "*"), program, verb ?? "", kafkaBrokers, ...rest],
    { timeout: LIMIT_MS, maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [topic = "", partition, offset = "", state, digest = ""] = line.split(" ");
      return {
        topic,
        partition: Number(partition),
        offset: BigInt(offset),
        committed: state === "committed",
        digest,
      };
    });
}

/** digestOf is OddRecords.java's digest of a record. */
export function digestOf(record: RecordView): string {
  const hash = createHash("sha256");
  const put = (bytes: Buffer | null): void => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes?.length ?? -1);
    hash.update(length);
    if (bytes !== null) hash.update(bytes);
  };
  const head = Buffer.alloc(8);
  head.writeBigInt64BE(record.timestamp ?? -1n);
  hash.update(head);
  put(record.key);
  put(record.value);
  const { headers } = record;
  const count = Buffer.alloc(4);
  count.writeInt32BE(headers.length);
  hash.update(count);
  for (const { nameBytes, value } of headers) {
    put(nameBytes);
    put(value);
  }
  return hash.digest("hex");
}
