import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { promisify } from "node:util";
import { Kafka, logLevel } from "kafkajs";
import { javaProgram, runJava } from "#stack/java.ts";
import type { KafkaHandle } from "#stack/kafka.ts";
import { logTail, startProcess } from "#stack/processes.ts";
import type { ExpectedLetter, FrameworkRun, SentPlace } from "./framework-run.ts";

const run = promisify(execFile);
const BUILD_LIMIT_MS = 600_000;
const WAIT_S = 90;
const PARTITIONS = 3;
const PROBE = join(import.meta.dirname, "probe", "ReadTopic.java");

/** A record as the Java probe reads it; bytes are base64. */
interface ProbedRecord {
  topic: string;
  partition: number;
  offset: string;
  at: number;
  key: string | null;
  value: string | null;
  headers: { name: string; value: string | null }[];
}

/** What a capture needs; `dir` is emptied. */
export interface CaptureOptions {
  kafka: KafkaHandle;
  dir: string;
  onProgress: (line: string) => void;
}

/**
 * captureRun builds and starts one application, sends it records that it fails on, and answers the fixture: its dead
 * letters byte for byte as Kafka's own Java client reads them, and what they must tell by what was sent. Throws when
 * they do not come within 90 s or when the broker does not know the group.
 */
export async function captureRun(framework: FrameworkRun, options: CaptureOptions): Promise<object> {
  const { kafka, dir, onProgress } = options;
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const classPath = await build(framework, onProgress);
  const client = new Kafka({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING });
  const sent = await send(client, framework);
  for (const [name, text] of Object.entries(framework.files?.(kafka.brokers, dir) ?? {}))
    await writeFile(join(dir, name), text);
  onProgress(`${framework.name}: runs`);
  const application = await startProcess({
    name: framework.name,
    command: javaProgram("java"),
    args: ["-Xmx512m", "-cp", classPath, framework.mainClass, ...framework.args(kafka.brokers, dir)],
    cwd: dir,
    logFile: join(dir, "application.log"),
  });
  try {
    const letters = await readLetters(kafka, framework);
    await demandGroups(client, framework);
    return fixtureOf(framework, { letters, sent, versions: versionsOf(framework, classPath) });
  } catch (error) {
    const said = await logTail(join(dir, "application.log"));
    throw new Error(`${framework.name} was not captured; the end of its log:\n${said}`, { cause: error });
  } finally {
    await application.stop();
  }
}

/** Compiles the Maven project and answers the class path to run it with. */
async function build(framework: FrameworkRun, onProgress: (line: string) => void): Promise<string> {
  const project = join(import.meta.dirname, framework.project);
  onProgress(`${framework.name}: builds`);
  const goals = ["compile", "dependency:build-classpath", "-Dmdep.outputFile=target/classpath.txt"];
  await run("mvn", ["-q", "-B", "-f", join(project, "pom.xml"), ...goals], { timeout: BUILD_LIMIT_MS });
  const dependencies = await readFile(join(project, "target", "classpath.txt"), "utf8");
  return [join(project, "target", "classes"), dependencies.trim()].join(delimiter);
}

/** Makes the topics and writes the records, each with a time of its own some minutes back. */
async function send(client: Kafka, { topics, sent }: FrameworkRun): Promise<Map<string, SentPlace>> {
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({
    topics: topics.map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor: 1 })),
    waitForLeaders: true,
  });
  await admin.disconnect();
  const producer = client.producer();
  await producer.connect();
  const places = new Map<string, SentPlace>();
  for (const [index, { topic, partition, key, value, headers = {} }] of sent.entries()) {
    const at = Date.now() - (sent.length - index) * 60_000;
    const [written] = await producer.send({
      topic,
      messages: [{ partition, key, value, headers, timestamp: String(at) }],
    });
    if (written?.baseOffset === undefined) throw new Error(`${topic}: the broker told no offset`);
    places.set(key, { topic, partition, offset: written.baseOffset, at });
  }
  await producer.disconnect();
  return places;
}

async function readLetters(kafka: KafkaHandle, { expected }: FrameworkRun): Promise<ProbedRecord[]> {
  const letters: ProbedRecord[] = [];
  for (const topic of new Set(expected.map((one) => one.topic))) {
    const count = expected.filter((one) => one.topic === topic).length;
    const args = [kafka.brokers, topic, PARTITIONS, count, WAIT_S].map(String);
    const said = await runJava(
      "java",
      ["-cp", join(kafka.jarsDir, "*"), PROBE, ...args],
      (WAIT_S + 30) * 1_000,
    );
    letters.push(
      ...said
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as ProbedRecord),
    );
  }
  return letters;
}

/** The groups that headers name, or leave out, are the broker's own. */
async function demandGroups(client: Kafka, { expected }: FrameworkRun): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  const known = new Set((await admin.listGroups()).groups.map(({ groupId }) => groupId));
  await admin.disconnect();
  const missing = expected.map((one) => one.groupOnBroker).filter((group) => !known.has(group));
  if (missing.length > 0) throw new Error(`The broker knows no group ${missing.join(", ")}`);
}

/** `spring-kafka` -> `3.3.11`, from the names of the jars that ran. */
function versionsOf({ artifacts }: FrameworkRun, classPath: string): Record<string, string> {
  const jars = classPath.split(delimiter).map((path) => basename(path, ".jar"));
  return Object.fromEntries(
    artifacts.map((artifact) => {
      const jar = jars.find(
        (name) => name.startsWith(`${artifact}-`) && /^\d/.test(name.slice(artifact.length + 1)),
      );
      if (jar === undefined) throw new Error(`No ${artifact} ran`);
      return [artifact, jar.slice(artifact.length + 1)];
    }),
  );
}

interface Capture {
  letters: ProbedRecord[];
  sent: ReadonlyMap<string, SentPlace>;
  versions: Record<string, string>;
}

function fixtureOf(framework: FrameworkRun, capture: Capture): object {
  const ran = Object.entries(capture.versions).map(([name, version]) => `${name} ${version}`);
  return {
    dialect: framework.dialect,
    source: `Captured by scripts/capture-frameworks.ts from ${ran.join(", ")}.`,
    versions: capture.versions,
    records: framework.expected.map((expected) => recordOf(expected, capture)),
  };
}

function recordOf(expected: ExpectedLetter, capture: Capture): object {
  const letter = letterOf(capture.letters, expected.topic, expected.key);
  const origin = capture.sent.get(expected.key);
  const before =
    expected.fromLetterOf === undefined
      ? undefined
      : letterOf(capture.letters, expected.fromLetterOf, expected.key);
  const from =
    before === undefined
      ? origin
      : { topic: before.topic, partition: before.partition, offset: before.offset, at: before.at };
  const { topic, at, key, value, headers } = letter;
  return {
    name: `${expected.key} in ${topic}`,
    ...{ topic, at, stampedBy: "producer", key, value, headers },
    expected: { origin, from, ...expected.envelope, failures: [] },
    frame: expected.frame,
  };
}

function letterOf(letters: readonly ProbedRecord[], topic: string, key: string): ProbedRecord {
  const wanted = Buffer.from(key).toString("base64");
  const letter = letters.find((one) => one.topic === topic && one.key === wanted);
  if (letter === undefined) throw new Error(`No dead letter of ${key} came to ${topic}`);
  return letter;
}
