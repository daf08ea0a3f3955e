import { COPY_FAILPOINTS } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { LeaseTimes } from "#lib/domain/clusters/lease.ts";
import { LEASE_TIMES } from "#lib/domain/clusters/lease.ts";
import type { RoundOptions, Turn } from "./round.ts";
import { SERVER_NAMES } from "./servers.ts";

/** A kind of fault, and the turns of one round of it. */
export interface FaultRow {
  name: string;
  turns: readonly Turn[];
  /** Records a second, where a round of the form's own rate would be over before its last turn. */
  recordsPerSecond?: number;
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
export function faultRows({ stopMs, hits }: FaultForm): FaultRow[] {
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

/** roundOf is one round of a row. */
export function roundOf(row: FaultRow, form: FaultForm): RoundOptions {
  const { letters, recordsPerSecond, leaseTimes } = form;
  return { recordsPerSecond, ...row, letters, hostile: true, leaseTimes, settles: false };
}
