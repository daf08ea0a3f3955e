import { execFile, spawn } from "node:child_process";
import { hash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";

/** A broker and the jars of its own clients. */
export interface JavaAccess {
  brokers: string;
  jarsDir: string;
}

/** A header as it lies in a record: its name and its value as hex; null is a null value. */
export interface AuditedHeader {
  name: string;
  value: string | null;
}

/** A record as Kafka's own consumer read it. Key and value are hex, null where the record's is. */
export interface AuditedRecord {
  partition: number;
  offset: bigint;
  timestamp: bigint;
  key: string | null;
  value: string | null;
  /** In the record's order, repeated names and all. */
  headers: AuditedHeader[];
}

/** A topic as it was read: its records by partition and offset, and where each partition begins and ends. */
export interface AuditedTopic {
  records: AuditedRecord[];
  partitions: { partition: number; start: bigint; end: bigint }[];
}

/** A record to be written by Kafka's own producer. */
export interface WrittenRecord {
  topic: string;
  partition: number;
  /** Epoch ms; the producer's clock where it is left out. */
  timestamp?: bigint;
  codec?: "none" | "gzip" | "snappy" | "lz4" | "zstd";
  key: Buffer | null;
  value: Buffer | null;
  headers: [name: string, value: Buffer | string | null][];
}

const JVM = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"];
const LIMIT_MS = 180_000;

/** The folder of a program's classes: compiled once for its text, beside the jars, by whoever comes first. */
async function compiled({ jarsDir }: JavaAccess, name: string): Promise<string> {
  const source = join(import.meta.dirname, `${name}.java`);
  const dir = join(dirname(jarsDir), `${name}-${hash("sha256", await readFile(source)).slice(0, 16)}`);
  if (existsSync(dir)) return dir;
  const made = await mkdtemp(`${dir}-`);
  await promisify(execFile)("javac", ["-d", made, "-cp", join(jarsDir, "*"), source]);
  try {
    await rename(made, dir);
  } catch (error) {
    await rm(made, { recursive: true });
    if (!existsSync(dir)) throw error;
  }
  return dir;
}

async function startJava(access: JavaAccess, name: string, args: readonly string[]) {
  const classes = [await compiled(access, name), join(access.jarsDir, "*")].join(delimiter);
  const child = spawn("java", [...JVM, "-cp", classes, name, access.brokers, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const said = text(child.stderr);
  const ended = once(child, "close").then(async ([code]) => {
    if (code !== 0) throw new Error(`${name} ended with ${String(code)}: ${(await said).slice(-2_000)}`);
  });
  return { child, ended };
}

/** One reading of a topic. `read_committed` ends at each partition's last stable offset. */
export interface Reading {
  topic: string;
  isolation: "read_committed" | "read_uncommitted";
}

/**
 * auditTopics reads whole topics with Kafka's own Java consumer, one after the other, and answers a topic a reading.
 * Throws what Java printed when it cannot.
 */
export async function auditTopics(access: JavaAccess, readings: readonly Reading[]): Promise<AuditedTopic[]> {
  const args = readings.flatMap(({ topic, isolation }) => [topic, isolation]);
  const { child, ended } = await startJava(access, "TopicAudit", args);
  child.stdin.end();
  const done: AuditedTopic[] = [];
  let audited: AuditedTopic = { records: [], partitions: [] };
  for await (const line of createInterface({ input: child.stdout })) {
    const cells = line.split("\t");
    if (cells[0] === "#") audited.partitions.push(partitionOf(cells));
    else if (cells[0] === "=") {
      audited.records.sort((a, b) => a.partition - b.partition || (a.offset < b.offset ? -1 : 1));
      done.push(audited);
      audited = { records: [], partitions: [] };
    } else audited.records.push(recordOf(cells));
  }
  await ended;
  return done;
}

const partitionOf = ([, partition = "", start = "", end = ""]: string[]) => ({
  partition: Number(partition),
  start: BigInt(start),
  end: BigInt(end),
});

const bytesOf = (cell = "-"): string | null => (cell === "-" ? null : cell);

function recordOf([
  partition = "",
  offset = "",
  timestamp = "",
  key,
  value,
  ...headers
]: string[]): AuditedRecord {
  return {
    partition: Number(partition),
    offset: BigInt(offset),
    timestamp: BigInt(timestamp),
    key: bytesOf(key),
    value: bytesOf(value),
    headers: headers.map((cell) => {
      const [name = "", headerValue] = cell.split("=");
      return { name: Buffer.from(name, "hex").toString("utf8"), value: bytesOf(headerValue) };
    }),
  };
}

const hexOf = (bytes: Buffer | string | null): string =>
  bytes === null ? "-" : Buffer.from(bytes as string).toString("hex");

/** writeRecords writes records with Kafka's own Java producer, in their order. Throws what Java printed when it cannot. */
export async function writeRecords(access: JavaAccess, records: readonly WrittenRecord[]): Promise<void> {
  const { child, ended } = await startJava(access, "RecordWriter", []);
  child.stdout.resume();
  // A writer that died says why by its end.
  child.stdin.on("error", () => undefined);
  for (const { topic, partition, timestamp, codec = "none", key, value, headers } of records) {
    const cells = [topic, partition, timestamp ?? "-", codec, hexOf(key), hexOf(value)];
    const line = [...cells, ...headers.map(([name, header]) => `${hexOf(name)}=${hexOf(header)}`)].join("\t");
    if (!child.stdin.write(`${line}\n`)) await Promise.race([once(child.stdin, "drain"), ended]);
  }
  child.stdin.end();
  await ended;
}
