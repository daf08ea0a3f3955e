import { Kafka, logLevel } from "kafkajs";
import type { Pool } from "pg";
import { deskGroup, eventsOf, priceOf, sagaGroup, TRIP_STEPS, type TripStep } from "./saga-model.ts";

/** What was counted after a round. */
export interface SagaAudit {
  completed: number;
  compensated: number;
  /** By reason. */
  parked: Record<string, number>;
  /** Neither ended nor parked with a reason. */
  open: number;
  /** Effects of a trip and a step that are there twice. */
  effectsTwice: number;
  /** Ended trips whose effects are not those of their end. */
  wrongEffects: number[];
  /** Cents that the tills hold, less those that the effects say. */
  moneyOff: number;
  /** Places sold by the tills, less those that the effects say. */
  stockOff: number;
  /** Steps undone before those behind them, by the journal. */
  outOfOrder: number;
  deadLetters: number;
  resends: number;
}

interface Target {
  brokers: string;
  prefix: string;
}

const kafkaOf = ({ brokers }: Target): Kafka =>
  new Kafka({ clientId: "audit", brokers: brokers.split(","), logLevel: logLevel.NOTHING });

/** Records of the topics that a group has not committed yet. */
async function lagOf(kafka: Kafka, group: string, topics: string[]): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    let lag = 0;
    for (const topic of topics) {
      const ends = await admin.fetchTopicOffsets(topic);
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      const at = new Map(found?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      for (const { partition, high } of ends) lag += Number(high) - Math.max(0, at.get(partition) ?? 0);
    }
    return lag;
  } finally {
    await admin.disconnect();
  }
}

function topicsOf(prefix: string): { commands: string[]; replies: string[] } {
  const all = TRIP_STEPS.map((step) => ({ step, ...eventsOf(prefix, step) }));
  const back = all.filter(({ step }) => step !== "mail");
  return {
    commands: [...all.map(({ command }) => command.topic), ...back.map(({ undo }) => undo.topic)],
    replies: [
      ...all.flatMap(({ done, refused }) => [done.topic, refused.topic]),
      ...back.map((one) => one.undone.topic),
    ],
  };
}

/** What is left to do: sagas to begin, sagas that move, rows to send, records to read. */
export async function leftOf(pool: Pool, target: Target, sagas: number): Promise<number[]> {
  const { rows } = await pool.query(
    `SELECT $1::int - (SELECT count(*) FROM saga_instance)::int AS unbegun,
       (SELECT count(*) FROM saga_instance WHERE ended_at IS NULL AND parked IS NULL)::int AS moving,
       (SELECT count(*) FROM outbox WHERE sent_at IS NULL)::int AS unsent`,
    [sagas],
  );
  const { unbegun, moving, unsent } = rows[0] as { unbegun: number; moving: number; unsent: number };
  if (unbegun + moving + unsent > 0) return [unbegun, moving, unsent];
  const { commands, replies } = topicsOf(target.prefix);
  const kafka = kafkaOf(target);
  return [
    await lagOf(kafka, deskGroup(target.prefix), commands),
    await lagOf(kafka, sagaGroup(target.prefix), replies),
  ];
}

interface EffectRow {
  n: number;
  step: TripStep;
  done: number;
  undone: number;
}

interface SagaRow {
  n: number;
  state: string;
  parked: string | null;
  reason: string | null;
}

/** Whether the effects of an ended trip are what its end says: all done, or nothing left. */
function isRight({ state }: SagaRow, effects: ReadonlyMap<string, EffectRow>): boolean {
  const of = (step: TripStep): [number, number] => {
    const found = effects.get(step);
    return [found?.done ?? 0, found?.undone ?? 0];
  };
  return TRIP_STEPS.every((step) => {
    const [done, undone] = of(step);
    return state === "completed" ? done === 1 && undone === 0 : done === undone;
  });
}

async function countOutOfOrder(pool: Pool): Promise<number> {
  const { rows } = await pool.query(
    `SELECT count(*)::int AS n FROM (
       SELECT array_position(ARRAY['hotel', 'train', 'ticket', 'mail'], step) AS place,
         lag(array_position(ARRAY['hotel', 'train', 'ticket', 'mail'], step)) OVER (PARTITION BY saga_id ORDER BY seq) AS before
       FROM saga_journal WHERE kind = 'compensation-sent') AS undos
     WHERE place > before`,
  );
  return (rows[0] as { n: number }).n;
}

async function countDeadLetters(target: Target): Promise<number> {
  const { commands, replies } = topicsOf(target.prefix);
  const admin = kafkaOf(target).admin();
  await admin.connect();
  try {
    let count = 0;
    for (const topic of [...commands, ...replies])
      for (const { high } of await admin.fetchTopicOffsets(`${topic}.dlt`)) count += Number(high);
    return count;
  } finally {
    await admin.disconnect();
  }
}

async function offOf(pool: Pool): Promise<{ moneyOff: number; stockOff: number }> {
  const { rows } = await pool.query(
    `SELECT sum(t.balance_cents - coalesce(e.cents, 0))::int AS money, sum(t.sold - coalesce(e.sold, 0))::int AS stock
     FROM till t LEFT JOIN (
       SELECT step, sum(CASE kind WHEN 'done' THEN cents ELSE -cents END) AS cents,
         sum(CASE kind WHEN 'done' THEN 1 ELSE -1 END) AS sold FROM effect GROUP BY step) e USING (step)`,
  );
  const { money, stock } = rows[0] as { money: number; stock: number };
  return { moneyOff: money, stockOff: stock };
}

/** What the completed trips must have cost, less what the tills hold beyond parked ones. */
async function missingCents(pool: Pool): Promise<number> {
  const { rows } = await pool.query(
    `SELECT n, step, sum(CASE kind WHEN 'done' THEN cents ELSE -cents END)::int AS cents FROM effect
     WHERE n::text IN (SELECT saga_id FROM saga_instance WHERE state = 'completed') GROUP BY n, step`,
  );
  return (rows as { n: number; step: TripStep; cents: number }[]).reduce(
    (sum, { n, step, cents }) => sum + cents - priceOf(n, step),
    0,
  );
}

/** Counts. Call it once nothing is left and the parts are stopped. */
export async function auditSagas(pool: Pool, target: Target): Promise<SagaAudit> {
  const sagas = await pool.query(
    "SELECT saga_id::int AS n, state, parked, parked_reason AS reason FROM saga_instance ORDER BY 1",
  );
  const counted = await pool.query(
    `SELECT n, step, count(*) FILTER (WHERE kind = 'done')::int AS done,
       count(*) FILTER (WHERE kind = 'undone')::int AS undone FROM effect GROUP BY n, step`,
  );
  const effects = new Map<number, Map<string, EffectRow>>();
  for (const row of counted.rows as EffectRow[])
    effects.set(row.n, (effects.get(row.n) ?? new Map<string, EffectRow>()).set(row.step, row));
  const rows = sagas.rows as SagaRow[];
  const parked: Record<string, number> = {};
  for (const { parked: why, reason } of rows)
    if (why !== null && reason) parked[why] = (parked[why] ?? 0) + 1;
  const ended = rows.filter(({ state }) => state === "completed" || state === "compensated");
  const resends = await pool.query(
    "SELECT count(*)::int AS n FROM saga_journal WHERE kind IN ('command-sent', 'compensation-sent') AND detail NOT LIKE '%attempt 1'",
  );
  const { moneyOff, stockOff } = await offOf(pool);
  return {
    completed: rows.filter(({ state }) => state === "completed").length,
    compensated: rows.filter(({ state }) => state === "compensated").length,
    parked,
    open: rows.filter(({ state, parked: why, reason }) =>
      ["running", "compensating"].includes(state) ? why === null || !reason : false,
    ).length,
    effectsTwice: (counted.rows as EffectRow[]).filter(({ done, undone }) => done > 1 || undone > 1).length,
    wrongEffects: ended
      .filter((saga) => !isRight(saga, effects.get(saga.n) ?? new Map<string, EffectRow>()))
      .map(({ n }) => n),
    moneyOff: moneyOff + (await missingCents(pool)),
    stockOff,
    outOfOrder: await countOutOfOrder(pool),
    deadLetters: await countDeadLetters(target),
    resends: (resends.rows[0] as { n: number }).n,
  };
}

/** What is wrong in an audit, in words; empty if nothing is. */
export function faultsOfSagas(found: SagaAudit, sagas: number): string[] {
  const parked = Object.values(found.parked).reduce((sum, n) => sum + n, 0);
  const all = found.completed + found.compensated + parked;
  const demands: [boolean, string][] = [
    [all === sagas, `${all} of ${sagas} sagas are completed, compensated or parked with a reason`],
    [found.open === 0, `${found.open} sagas neither ended nor parked`],
    [found.effectsTwice === 0, `${found.effectsTwice} effects are there twice`],
    [
      found.wrongEffects.length === 0,
      `the effects of ${found.wrongEffects.join()} are not those of their end`,
    ],
    [found.moneyOff === 0, `${found.moneyOff} cents are off`],
    [found.stockOff === 0, `${found.stockOff} places are off`],
    [found.outOfOrder === 0, `${found.outOfOrder} compensations out of order`],
    [found.deadLetters === 0, `${found.deadLetters} dead letters`],
  ];
  return demands.filter(([holds]) => !holds).map(([, words]) => words);
}
