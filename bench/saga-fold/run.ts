/**
 * One round of the bench in a process of its own: folds what lies in the topics into an empty database and answers, as
 * one line of JSON, how long it took.
 */
import { choreographiesLease } from "#lib/domain/clusters/lease.ts";
import { foldChoreographiesOf } from "#lib/worker/loops/fold-choreographies.ts";
import { endRound, measured, openRound, type RoundCost } from "../round-worker.ts";
import { CLUSTER, MAP } from "./shape.ts";

/** What a round answers. */
export interface Round extends RoundCost {
  instances: number;
  completed: number;
  tableBytes: number;
}

const round = await openRound(choreographiesLease(CLUSTER));
const { count, client, lease, ...rest } = round;
const read = async (): Promise<number> => {
  const { rows } = await client.query<{ n: number }>(
    "SELECT coalesce(sum(next_offset), 0)::int AS n FROM choreography_position",
  );
  return rows[0]?.n ?? 0;
};
const cost = await measured(
  (signal) => foldChoreographiesOf({ ...rest, cluster: CLUSTER, maps: [MAP], beatMs: 100 }, lease, signal),
  async () => (await read()) >= count,
);
const { rows } = await client.query<{ n: number; completed: number; bytes: string }>(
  `SELECT count(*)::int AS n, (count(*) FILTER (WHERE state = 'completed'))::int AS completed,
    pg_total_relation_size('choreography_instance') AS bytes FROM choreography_instance`,
);
const [folded] = rows;
const figures: Round = {
  ...cost,
  instances: folded?.n ?? 0,
  completed: folded?.completed ?? 0,
  tableBytes: Number(folded?.bytes ?? 0),
};
await endRound(round, figures);
