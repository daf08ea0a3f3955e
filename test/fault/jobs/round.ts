import { setTimeout as delay } from "node:timers/promises";
import type { CopyFailpoint } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { Job } from "#lib/domain/jobs/job.ts";
import type { Direction, Flow } from "#test/support/tcp-proxy.ts";
import { until } from "#test/support/until.ts";
import { auditJob } from "./audit-job.ts";
import { PARTITIONS, READER, type RoundTopics } from "./dead-letters.ts";
import type { JobDriver } from "./drive-job.ts";
import type { JobWorker } from "./job-workers.ts";
import { withAdmin, type JobServers, type ServerName } from "./servers.ts";
import {
  MEET_LIMIT_MS,
  onStage,
  SENT_LIMIT_MS,
  type RoundResult,
  type Stage,
  type StageOptions,
} from "./stage.ts";

/**
 * One thing that is done to a job while it runs. `kill` and `stop` wait until a worker comes to a failpoint for the nth
 * time; after a `stop` a second worker takes over, and the stopped one wakes. At a `kill-beside` the second contends for
 * the job from the start. The others are done at once.
 */
export type Turn =
  | { kind: "kill"; at: CopyFailpoint; nth: number }
  | { kind: "stop"; at: CopyFailpoint; nth: number; forMs: number }
  | { kind: "kill-beside"; at: CopyFailpoint; nth: number }
  | { kind: "restart"; server: ServerName; how: "kill" | "stop"; downMs: number; at?: CopyFailpoint }
  | { kind: "flow"; server: ServerName; direction: Direction; flow: Flow; forMs: number }
  | { kind: "cut"; server: ServerName; forMs: number };

/** What a round is. The same options do the same things; when the machine comes to a failpoint is its own affair. */
export interface RoundOptions extends StageOptions {
  /** Whether the copies are followed to the end of the job, as if their reader had read them. */
  settles: boolean;
  turns: readonly Turn[];
  /** What a person does to the running job after the turns; it may cancel it. */
  steer?: (driver: JobDriver, job: Pick<Job, "number">, topics: RoundTopics) => Promise<void>;
}

const SETTLED_LIMIT_MS = 60_000;

/** A round that is being played. */
class Round {
  readonly #stage: Stage;
  readonly #options: RoundOptions;
  #last: JobWorker | null = null;

  constructor(stage: Stage, options: RoundOptions) {
    this.#stage = stage;
    this.#options = options;
  }

  /** Plays the turns, one after the other, and leaves a worker that goes on. */
  async play(): Promise<void> {
    for (const turn of this.#options.turns) await this.#turn(turn);
    this.#keepOne();
  }

  #keepOne(): JobWorker {
    const alive =
      this.#last !== null && this.#last.child.exitCode === null && this.#last.child.signalCode === null;
    if (!alive || this.#last === null) this.#last = this.#stage.workers.start();
    return this.#last;
  }

  async #turn(turn: Turn): Promise<void> {
    if (turn.kind === "kill") await this.#meet({ ...turn, signal: "SIGKILL" });
    else if (turn.kind === "stop") await this.#stopFor(turn);
    else if (turn.kind === "kill-beside") await this.#killBeside(turn);
    else if (turn.kind === "restart") await this.#restart(turn);
    else await this.#disturb(turn);
  }

  /** Puts a worker with a failpoint in place of the one that works, and waits until it has come to it. */
  async #meet(failpoint: {
    at: CopyFailpoint;
    nth: number;
    signal: "SIGKILL" | "SIGSTOP";
  }): Promise<JobWorker> {
    const before = this.#last;
    const worker = this.#stage.workers.start(failpoint);
    this.#last = worker;
    if (before !== null) await this.#stage.workers.kill(before);
    await this.#stage.workers.untilMet(worker, MEET_LIMIT_MS);
    // A process that is killed is gone a moment later.
    if (failpoint.signal === "SIGKILL") await this.#stage.workers.kill(worker);
    return worker;
  }

  async #killBeside({ at, nth }: Extract<Turn, { kind: "kill-beside" }>): Promise<void> {
    const had = this.#stage.workers.hits["in-init-producer"];
    const met = this.#meet({ at, nth, signal: "SIGKILL" });
    const what = "a producer of the first worker";
    const begun = (): boolean => this.#stage.workers.hits["in-init-producer"] > had;
    await Promise.race([met, until(begun, { limitMs: MEET_LIMIT_MS, everyMs: 20, what })]);
    const second = this.#stage.workers.start();
    await met;
    this.#last = second;
  }

  async #stopFor({ at, nth, forMs }: Extract<Turn, { kind: "stop" }>): Promise<void> {
    const stopped = await this.#meet({ at, nth, signal: "SIGSTOP" });
    this.#last = this.#stage.workers.start();
    await delay(forMs);
    stopped.child.kill("SIGCONT");
    // Whatever the one that woke still wants to write, it wants to write now.
    await delay(1_000);
    await this.#stage.workers.kill(stopped);
  }

  async #restart({ server, how, downMs, at }: Extract<Turn, { kind: "restart" }>): Promise<void> {
    const held = at === undefined ? null : await this.#meet({ at, nth: 1, signal: "SIGSTOP" });
    if (held === null) this.#keepOne();
    const handle = this.#stage.servers[server];
    await handle[how]();
    held?.child.kill("SIGCONT");
    await delay(downMs);
    await handle.start();
  }

  async #disturb(turn: Extract<Turn, { kind: "flow" | "cut" }>): Promise<void> {
    this.#keepOne();
    // The disturbance meets work, not a start.
    const had = this.#stage.workers.hits["after-commit"];
    const what = "a transaction before the disturbance";
    await until(() => this.#stage.workers.hits["after-commit"] > had, {
      limitMs: MEET_LIMIT_MS,
      everyMs: 10,
      what,
    });
    const proxy = this.#stage.servers.proxies[turn.server];
    if (turn.kind === "cut") proxy.cut({ refuse: true });
    else proxy.set(turn.direction, turn.flow);
    await delay(turn.forMs);
    if (turn.kind === "cut") proxy.cut({ refuse: false });
    else proxy.set(turn.direction, { kind: "pass" });
  }
}

/** runRound plays one round on a database and topics of its own, and audits what came of it. */
export async function runRound(servers: JobServers, options: RoundOptions): Promise<RoundResult> {
  return onStage(servers, options, async (stage, faults) => {
    const { driver, topics, databaseUrl, source, workers } = stage;
    const job = await stage.plan({ topic: topics.dlt, recordsPerSecond: options.recordsPerSecond });
    await driver.start(job);
    try {
      await new Round(stage, options).play();
      await options.steer?.(driver, job, topics);
      await untilSent(driver, job.number, options.steer !== undefined);
      if (options.settles) await settle(servers, driver, { number: job.number, topic: topics.wayIn });
      await workers.stopAll();
    } finally {
      faults.push(...pingPong(stage, options));
    }
    const target = { topic: topics.wayIn, partitions: PARTITIONS };
    const found = await auditJob(servers, { databaseUrl, number: job.number, id: job.id, target, source });
    faults.push(...found.faults);
    return found.audit;
  });
}

/** Waits until nothing is left to send; a job that stands still says why. */
async function untilSent(driver: JobDriver, number: number, mayBeCancelled: boolean): Promise<void> {
  const job = await driver.untilState(
    number,
    ["settling", "done", "paused", "cancelled", "failed"],
    SENT_LIMIT_MS,
  );
  const expected = job.state === "settling" || job.state === "done";
  if (!expected && !(mayBeCancelled && job.state === "cancelled"))
    throw new Error(`the job is ${job.state}: ${job.stateReason ?? "no reason"}`);
}

/** Commits for the reader that nobody runs here, so that the copies settle, and waits for the end of the job. */
async function settle(
  servers: JobServers,
  driver: JobDriver,
  { number, topic }: { number: number; topic: string },
): Promise<void> {
  await withAdmin(servers, async (admin) => {
    const ends = await admin.fetchTopicOffsets(topic);
    const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.setOffsets({ groupId: READER, topic, partitions });
  });
  const job = await driver.untilState(number, ["done"], SETTLED_LIMIT_MS);
  const { passed, returned, unknown, sent } = job.counts;
  if (returned + unknown + sent > 0)
    throw new Error(
      `of the copies ${passed} passed, ${returned} came back, ${unknown} are unknown, ${sent} wait`,
    );
}

/** Producers that fence one another in turn would open many; one a takeover and one a disturbance are due. */
function pingPong({ workers }: Stage, { turns }: RoundOptions): string[] {
  const opened = workers.hits["in-ledger-read"];
  const due = 4 + 4 * turns.length;
  return opened > due ? [`${opened} producers were opened for ${turns.length} turns`] : [];
}
