import { randomBytes } from "node:crypto";
import { v7 } from "uuid";
import { setTimeout as delay } from "node:timers/promises";
import type { CopyFailpoint } from "#lib/adapters/kafka/copy/copy-port.ts";
import { auditTopics, type AuditedRecord } from "#test/support/java-audit/java-audit.ts";
import type { Direction, Flow } from "#test/support/tcp-proxy.ts";
import { until } from "#test/support/until.ts";
import type { CopierSettings } from "./copier-part.ts";
import { makeTopics, PARTITIONS, topicsOf, writeDeadLetters, writeHostile } from "./dead-letters.ts";
import { JobWorkers, type JobWorker } from "./job-workers.ts";
import { withAdmin, type JobServers } from "./servers.ts";

/**
 * One thing that is done to the copier. A stopped one is woken after its successor has worked for `forMs`; a frozen one
 * has no successor, and goes on where it stood.
 */
type CopierTurn =
  | { kind: "kill"; at: CopyFailpoint; nth: number }
  | { kind: "stop"; at: CopyFailpoint; nth: number; forMs: number }
  | { kind: "freeze"; at: CopyFailpoint; nth: number; forMs: number }
  | { kind: "restart-kafka"; how: "kill" | "stop"; downMs: number }
  | { kind: "flow"; direction: Direction; flow: Flow; forMs: number }
  | { kind: "cut"; forMs: number };

/** What a round of the copier is. */
export interface CopierRound {
  name: string;
  /** The job's id, where it matters which; it decides the ledger's partition. */
  job?: string;
  letters: number;
  portion: number;
  pauseMs: number;
  turns: readonly CopierTurn[];
}

/** What came of it; `faults` is empty if each record was copied exactly once, byte for byte, in order. */
export interface CopierResult {
  name: string;
  durationMs: number;
  taken: Record<CopyFailpoint, number>;
  /** How often a copier opened its producer and learned from the ledger. */
  recoveries: number;
  planned: number;
  committed: number;
  aborted: number;
  faults: string[];
}

const MEET_LIMIT_MS = 90_000;
const DONE_LIMIT_MS = 240_000;

/** runCopierRound copies dead letters through the turns, on topics of its own, and audits the target by Java. */
export async function runCopierRound(servers: JobServers, options: CopierRound): Promise<CopierResult> {
  const startedAt = Date.now();
  const topics = topicsOf(`c${randomBytes(4).toString("hex")}`);
  await makeTopics(servers, topics);
  await writeDeadLetters(servers, topics, options.letters);
  await writeHostile(servers, topics);
  const [source] = await auditTopics(servers.java, [{ topic: topics.dlt, isolation: "read_committed" }]);
  const { copy } = servers.cluster;
  const signal = AbortSignal.timeout(60_000);
  await copy.ensureLedger(signal);
  const [from, to] = await copy.standing([topics.dlt, topics.wayIn], signal);
  const ends = (source?.partitions ?? []).sort((a, b) => a.partition - b.partition);
  const told: Omit<CopierSettings, "failpoint"> = {
    ...{ brokers: `127.0.0.1:${servers.proxies.kafka.port}`, job: options.job ?? v7() },
    source: { topic: topics.dlt, topicId: from?.topicId ?? "", ends: ends.map(({ end }) => Number(end)) },
    target: { topic: topics.wayIn, topicId: to?.topicId ?? "", partitionCount: PARTITIONS },
    ...{ portion: options.portion, pauseMs: options.pauseMs },
  };
  const workers = new JobWorkers("copier-part.ts", told);
  const faults: string[] = [];
  try {
    await play(servers, workers, options.turns);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  await workers.stopAll();
  const [committed, uncommitted] = await auditTopics(servers.java, [
    { topic: topics.wayIn, isolation: "read_committed" },
    { topic: topics.wayIn, isolation: "read_uncommitted" },
  ]);
  const read = { source: source?.records ?? [], committed: committed?.records ?? [] };
  const aborted = (uncommitted?.records.length ?? 0) - read.committed.length;
  const asked = { topic: topics.wayIn, topicId: told.target.topicId, from: 0n, job: told.job };
  const counts = await Promise.all(
    ends.map(({ partition }) => copy.countAborted({ ...asked, partition }, AbortSignal.timeout(30_000))),
  );
  const counted = counts.reduce((a, b) => a + b, 0);
  if (counted !== aborted) faults.push(`${counted} aborted copies are counted, Java reads ${aborted}`);
  faults.push(...faultsOf(read, told.job), ...workers.crashes);
  await withAdmin(servers, (admin) => admin.deleteTopics({ topics: Object.values(topics) as string[] }));
  const recoveries = workers.hits["in-ledger-read"];
  const figures = { planned: read.source.length, committed: read.committed.length, aborted, recoveries };
  return { name: options.name, durationMs: Date.now() - startedAt, taken: workers.taken, ...figures, faults };
}

async function play(servers: JobServers, workers: JobWorkers, turns: readonly CopierTurn[]): Promise<void> {
  let last: JobWorker | null = null;
  const meet = async (at: CopyFailpoint, nth: number, signal: "SIGKILL" | "SIGSTOP"): Promise<JobWorker> => {
    if (last !== null) await workers.kill(last);
    last = workers.start({ at, nth, signal });
    await workers.untilMet(last, MEET_LIMIT_MS);
    if (signal === "SIGKILL") await workers.kill(last);
    return last;
  };
  const working = async (): Promise<void> => {
    if (last?.child.exitCode !== null || last.child.signalCode !== null) last = workers.start();
    const had = workers.hits["after-commit"];
    const what = "a transaction before the disturbance";
    await until(() => workers.hits["after-commit"] > had, { limitMs: MEET_LIMIT_MS, everyMs: 5, what });
  };
  for (const turn of turns) {
    if (turn.kind === "kill") await meet(turn.at, turn.nth, "SIGKILL");
    else if (turn.kind === "stop") {
      const stopped = await meet(turn.at, turn.nth, "SIGSTOP");
      last = workers.start();
      await delay(turn.forMs);
      stopped.child.kill("SIGCONT");
      await until(() => stopped.said !== null, { limitMs: 60_000, what: "the end of the one that woke" });
    } else if (turn.kind === "freeze") {
      const frozen = await meet(turn.at, turn.nth, "SIGSTOP");
      await delay(turn.forMs);
      frozen.child.kill("SIGCONT");
    } else {
      await working();
      await disturb(servers, turn);
    }
  }
  const final = last;
  const worker = final === null || final.child.signalCode !== null ? workers.start() : final;
  const ended = (): boolean => worker.said === "done" || worker.child.exitCode !== null;
  await until(ended, { limitMs: DONE_LIMIT_MS, what: "the end of the copies" });
  if (worker.said !== "done") throw new Error(`the last copier ended as ${worker.said ?? "a crash"}`);
}

async function disturb(
  { kafka, proxies }: JobServers,
  turn: Exclude<CopierTurn, { kind: "kill" | "stop" | "freeze" }>,
): Promise<void> {
  if (turn.kind === "restart-kafka") {
    await kafka[turn.how]();
    await delay(turn.downMs);
    await kafka.start();
    return;
  }
  if (turn.kind === "cut") proxies.kafka.cut({ refuse: true });
  else proxies.kafka.set(turn.direction, turn.flow);
  await delay(turn.forMs);
  if (turn.kind === "cut") proxies.kafka.cut({ refuse: false });
  else proxies.kafka.set(turn.direction, { kind: "pass" });
}

/** Every way in which the target is not the source, in words. */
function faultsOf(
  { source, committed }: { source: readonly AuditedRecord[]; committed: readonly AuditedRecord[] },
  job: string,
): string[] {
  const mark = Buffer.from(`${job}:`).toString("hex");
  const bare = ({ key, value, headers }: AuditedRecord) =>
    JSON.stringify([key, value, headers.filter(({ name }) => name !== "sluice-redrive-id")]);
  const seen = new Map<number, AuditedRecord[]>();
  for (const copy of committed) {
    const told = copy.headers.find(({ name }) => name === "sluice-redrive-id")?.value ?? "";
    const position = told.startsWith(mark) ? Number(Buffer.from(told.slice(mark.length), "hex")) : -1;
    seen.set(position, [...(seen.get(position) ?? []), copy]);
  }
  const lost = source.filter((_, position) => !seen.has(position)).length;
  const twice = [...seen.values()].filter((copies) => copies.length > 1).length;
  const changed = source.filter((record, position) => {
    const copy = seen.get(position)?.[0];
    return copy !== undefined && bare(copy) !== bare(record);
  }).length;
  const positions = [...seen].flatMap(([position, copies]) => copies.map((copy) => ({ position, copy })));
  positions.sort((a, b) => a.position - b.position);
  const last = new Map<number, bigint>();
  const outOfOrder = positions.filter(({ copy: { partition, offset } }) => {
    const before = last.get(partition) ?? -1n;
    last.set(partition, offset);
    return offset < before;
  }).length;
  const demands: [number, string][] = [
    [lost, "records are lost"],
    [twice, "records were copied more than once"],
    [changed, "copies differ from their record"],
    [outOfOrder, "copies are out of order"],
    [seen.get(-1)?.length ?? 0, "copies tell no position"],
  ];
  return demands.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
}
