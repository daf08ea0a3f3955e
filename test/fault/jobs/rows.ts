import { COPY_FAILPOINTS } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { LeaseTimes } from "#lib/domain/clusters/lease.ts";
import { LEASE_TIMES } from "#lib/domain/clusters/lease.ts";
import { doubleStartRound, sharedLedgerRound } from "./claim-faults.ts";
import { returnRound } from "./return-faults.ts";
import { runRound, type Turn } from "./round.ts";
import { SERVER_NAMES, type JobServers } from "./servers.ts";
import { targetFaultRound } from "./target-faults.ts";
import { deletionRound, lostRangesRound, tooLargeRound } from "./source-faults.ts";
import type { RoundResult, StageOptions } from "./stage.ts";

/** A kind of fault. */
export interface FaultRow {
  name: string;
  /** What a round does and demands, in sentences, where it is not the redrive of one topic that goes on after each turn. */
  about?: string;
  /** How many turns of it one round has. */
  turns: number;
  /** Plays a round and audits what came of it. */
  play: (servers: JobServers) => Promise<RoundResult>;
}

/** How a series of rounds is played. */
export interface FaultForm {
  letters: number;
  recordsPerSecond: number;
  leaseTimes: LeaseTimes;
  /** How long a stopped worker sleeps: past its lease. */
  stopMs: number;
  /** A row is played again until so many turns of it were. */
  hits: number;
}

/** LONG_FORM is the full one; QUICK_FORM plays each row once, with short leases. */
export const LONG_FORM: FaultForm = {
  ...{ letters: 10_000, recordsPerSecond: 150, leaseTimes: LEASE_TIMES, stopMs: 40_000, hits: 50 },
};
export const QUICK_FORM: FaultForm = {
  ...{ letters: 800, recordsPerSecond: 60, stopMs: 5_000, hits: 1 },
  leaseTimes: { ttlMs: 2_000, renewMs: 500, contendMs: 200 },
};

/** A ledger that is empty is not read: the point in its reading comes behind others. */
const IN_ORDER = [...COPY_FAILPOINTS].sort(
  (a, b) => Number(a === "in-ledger-read") - Number(b === "in-ledger-read"),
);
const nthOf = (at: (typeof COPY_FAILPOINTS)[number]): number =>
  at === "in-init-producer" || at === "in-ledger-read" ? 1 : 4;

const kills: Turn[] = IN_ORDER.map((at) => ({ kind: "kill", at, nth: nthOf(at) }));

/** faultRows are the rows of the table, in their order. */
export function faultRows(form: FaultForm): FaultRow[] {
  const ofTurns = turnRows(form).map(({ name, turns, ...rate }) => ({
    ...(rate.recordsPerSecond !== undefined && {
      about: `${rate.recordsPerSecond} records a second: its turns take longer.`,
    }),
    ...{ name, turns: turns.length },
    play: (servers: JobServers) =>
      runRound(servers, { ...stageOf(name, form), ...rate, settles: false, turns }),
  }));
  return [...ofTurns, ...sourceRows(form), ...targetRows(form), ...claimRows(form), ...returnRows(form)];
}

/** What comes back. */
function returnRows(form: FaultForm): FaultRow[] {
  const topics = form.hits > 1 ? 4 : 1;
  return [false, true].map((retryTopics) => {
    const name = `a real reader fails again, after ${retryTopics ? "its retry topics" : "its retries"}`;
    return {
      // Each marked record comes back as often as it may be copied.
      ...{ name, turns: 3 * topics },
      about:
        "A consumer of the kit makes the dead letters and fails on the marked ones again: they come back as returned on a higher hop, the canary sends nothing of its next rung, the plan refuses them at the cap of 3, and the others pass.",
      play: (servers) => returnRound(servers, { ...stageOf(name, form), topics, retryTopics }),
    };
  });
}

/** Jobs that are in each other's way. */
function claimRows(form: FaultForm): FaultRow[] {
  const long = form.hits > 1;
  const [ledger, starts] = [
    "two jobs on one partition of the ledger, one stopped with an open transaction, the other killed",
    "two jobs over the same dead letters, started at once by two clicks each",
  ];
  const [shared, doubled] = long ? [5, 10] : [1, 1];
  return [
    {
      ...{ name: ledger, turns: shared },
      about:
        "Whoever takes the killed one's job over does not read the ledger before the other's transaction is decided; both jobs are audited.",
      play: (servers) =>
        sharedLedgerRound(servers, {
          ...{ ...stageOf(ledger, form), turns: shared, secondLetters: long ? 1_000 : 300 },
        }),
    },
    {
      ...{ name: starts, turns: doubled },
      about: "Each dead letter is claimed by one job and sent once in all.",
      play: (servers) => doubleStartRound(servers, { ...stageOf(starts, form), turns: doubled }),
    },
  ];
}

/** What cannot be sent any more in mid-job. */
function sourceRows(form: FaultForm): FaultRow[] {
  const turns = form.hits > 1 ? 10 : 1;
  const several = { turns, taken: form.hits > 1 ? 100 : 60 };
  const plays = [
    {
      name: "DeleteRecords takes dead letters that are not sent yet",
      about: "Exactly those that were not read before are failed as gone, and all others are sent.",
      round: deletionRound,
    },
    {
      name: "records are too large for the target since mid-job",
      about:
        "The target's max.message.bytes is lowered and raised again: large records that meet it are failed alone.",
      round: tooLargeRound,
    },
    {
      name: "DeleteRecords takes a part of a replayed range",
      about:
        "A replay of a topic to another one: each gap is one failed row, its records count as failed, and every other record is sent once.",
      round: lostRangesRound,
    },
  ];
  return plays.map(({ name, about, round }) => {
    const play: FaultRow["play"] = (servers) => round(servers, { ...stageOf(name, form), ...several });
    return { name, about, turns, play };
  });
}

/** What becomes of the target in mid-job. */
function targetRows(form: FaultForm): FaultRow[] {
  const turns = form.hits > 1 ? 10 : 1;
  return (["deleted", "made anew", "grown"] as const).map((fault) => {
    const name = `the target ${fault === "grown" ? "gets more partitions" : `is ${fault}`} in mid-job`;
    const gone =
      " Copies of a transaction that was open when the target went are counted as uncommitted: they went with it.";
    const about =
      "Each job pauses with the reason, pauses again when it is resumed, and is cancelled with counts that equal what the target held; the rest is planned anew, and in all each dead letter is sent once." +
      (fault === "grown" ? "" : gone);
    return {
      ...{ name, about, turns },
      play: (servers) => targetFaultRound(servers, { ...stageOf(name, form), fault, turns }),
    };
  });
}

/** What is done to one job while it runs. */
interface TurnRow {
  name: string;
  turns: readonly Turn[];
  /** Records a second, where a round of the form's own rate would be over before its last turn. */
  recordsPerSecond?: number;
}

function turnRows({ stopMs, hits }: FaultForm): TurnRow[] {
  // Short turns are played several times in a round of the full form: a round has work enough left for them.
  const several = (turns: readonly Turn[], times: number): Turn[] =>
    Array.from({ length: hits > 1 ? times : 1 }, () => turns).flat();
  const stops: Turn[] = IN_ORDER.filter((at) => nthOf(at) > 1).map((at) => {
    return { kind: "stop", at, nth: 2, forMs: stopMs };
  });
  const beside: Turn[] = (["before-send", "in-end", "after-commit"] as const).map((at) => {
    return { kind: "kill-beside", at, nth: 20 };
  });
  const flows: Turn[] = SERVER_NAMES.flatMap((server) =>
    (["toServer", "toClient"] as const).flatMap((direction): Turn[] => [
      { kind: "flow", server, direction, flow: { kind: "hold" }, forMs: 3_000 },
      { kind: "flow", server, direction, flow: { kind: "delay", ms: 300 }, forMs: 3_000 },
    ]),
  );
  return [
    { name: "SIGKILL at each failpoint", turns: kills },
    {
      name: "SIGSTOP past the lease, then SIGCONT",
      turns: stops,
      ...(hits > 1 && { recordsPerSecond: 35 }),
    },
    {
      name: "two workers on one job, killed in turn",
      turns: several(beside, 2),
    },
    {
      name: "PostgreSQL killed between commit and checkpoint",
      turns: several(
        [{ kind: "restart", server: "postgres", how: "kill", downMs: 1_500, at: "after-commit" }],
        5,
      ),
    },
    {
      name: "the broker killed and restarted in mid-job",
      turns: several(
        [
          { kind: "restart", server: "kafka", how: "kill", downMs: 1_000, at: "after-send" },
          { kind: "restart", server: "kafka", how: "stop", downMs: 500 },
        ],
        2,
      ),
    },
    { name: "connections held and delayed, in each direction", turns: flows },
    {
      name: "connections cut",
      turns: several(
        SERVER_NAMES.map((server): Turn => ({ kind: "cut", server, forMs: 1_000 })),
        3,
      ),
    },
  ];
}

function stageOf(name: string, { letters, recordsPerSecond, leaseTimes }: FaultForm): StageOptions {
  return { name, letters, hostile: true, recordsPerSecond, leaseTimes };
}
