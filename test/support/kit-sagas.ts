import { Client } from "pg";
import { SAGA_TABLES_SQL } from "#kit/saga/tables.ts";

/** A row of saga_instance with the step that it stands at, as a test wants it; instants are epoch ms. */
export interface KitSaga {
  id: string;
  type?: string;
  state?: "running" | "compensating" | "completed" | "compensated" | "failed";
  parked?: "timeout" | "refused" | "compensation_failed";
  step?: string;
  stepState?: string;
  attempts?: number;
  compensationAttempts?: number;
  dueAt?: number | null;
  wakeAt?: number | null;
  data?: unknown;
  correlation?: string;
  startedAt?: number;
  updatedAt: number;
}

/** The steps of the type that {@link withKitTables} defines. */
const KIT_STEPS = [
  { name: "allocate", service: "inventory", compensation: "inventory.stock.release" },
  { name: "charge", service: "payments", compensation: "payments.charge.undo" },
  { name: "courier", service: "courier", compensation: null, pivot: true },
  { name: "notify", service: "notifications", compensation: null },
].map((step) => ({
  pivot: false,
  ...step,
  command: `${step.service}.${step.name}.wanted`,
  replies: [`${step.service}.${step.name}.done`],
  timeoutMs: 10_000,
  attempts: 3,
}));

const iso = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : new Date(at).toISOString();

/** Runs `work` with a client of a database. */
export async function withClientOf<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Installs the kit's tables of sagas and defines `fulfilment`. */
export function installKitSagas(url: string): Promise<void> {
  return withClientOf(url, async (client) => {
    await client.query(SAGA_TABLES_SQL);
    await client.query("INSERT INTO saga_definition (saga_type, service, steps) VALUES ($1, $2, $3)", [
      ...["fulfilment", "fulfilment"],
      JSON.stringify(KIT_STEPS),
    ]);
  });
}

/** Stores sagas as the kit's orchestrator does; the steps before the one they stand at are done. */
export function storeKitSagas(url: string, sagas: readonly KitSaga[]): Promise<void> {
  return withClientOf(url, async (client) => {
    for (const saga of sagas) await storeOne(client, saga);
  });
}

async function storeOne(client: Client, saga: KitSaga): Promise<void> {
  const { id, type = "fulfilment", state = "running", step = "charge", updatedAt } = saga;
  const ended = state !== "running" && state !== "compensating";
  const startedAt = saga.startedAt ?? updatedAt - 5_000;
  await client.query(
    `INSERT INTO saga_instance (saga_type, saga_id, state, parked, parked_reason, version, step, data, correlation_id,
       started_at, updated_at, ended_at, wake_at) VALUES ($1, $2, $3, $4, $5, 7, $6, $7, $8, $9, $10, $11, $12)`,
    [
      ...[type, id, state, saga.parked ?? null, saga.parked === undefined ? null : `parked: ${saga.parked}`],
      ...[ended ? null : step, JSON.stringify(saga.data ?? { order: id }), saga.correlation ?? `c-${id}`],
      ...[iso(startedAt), iso(updatedAt), ended ? iso(updatedAt) : null, iso(saga.wakeAt)],
    ],
  );
  const at = KIT_STEPS.findIndex(({ name }) => name === step);
  for (const [position, { name, service, command, pivot }] of KIT_STEPS.entries()) {
    if (position > at && !(state === "completed")) break;
    const stepState = position < at || state === "completed" ? "done" : (saga.stepState ?? "sent");
    await client.query(
      `INSERT INTO saga_step (saga_type, saga_id, position, step, service, state, attempts, compensation_attempts, pivot,
         command_topic, sent_at, due_at, ended_at, input) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        ...[type, id, position, name, service, stepState],
        ...[position === at ? (saga.attempts ?? 1) : 1, saga.compensationAttempts ?? 0, pivot, command],
        ...[iso(updatedAt - 1_000), position === at ? iso(saga.dueAt) : null],
        ...[stepState === "done" ? iso(updatedAt - 500) : null, JSON.stringify({ step: name })],
      ],
    );
  }
  await client.query(
    "INSERT INTO saga_journal (saga_type, saga_id, version, at, kind, step, data) VALUES ($1, $2, 1, $3, 'started', NULL, $4)",
    [type, id, iso(startedAt), JSON.stringify({ order: id })],
  );
}

/** Stores many sagas at once: mostly completed, one a second back from `untilAt`. */
export function fillKitSagas(url: string, count: number, untilAt: number): Promise<void> {
  return withClientOf(url, async (client) => {
    await client.query(
      `INSERT INTO saga_instance (saga_type, saga_id, state, parked, version, step, data, correlation_id, started_at,
         updated_at, ended_at, wake_at)
       SELECT CASE WHEN n % 3 = 0 THEN 'refund' ELSE 'fulfilment' END, 'f-' || n,
         CASE WHEN n % 50 = 1 THEN 'running' WHEN n % 50 = 2 THEN 'compensating' WHEN n % 50 = 3 THEN 'failed'
           WHEN n % 50 IN (4, 5) THEN 'compensated' ELSE 'completed' END,
         CASE WHEN n % 1000 = 1 THEN 'timeout' WHEN n % 1000 = 2 THEN 'compensation_failed' END, 5,
         CASE WHEN n % 50 IN (1, 2) THEN (ARRAY['allocate', 'charge', 'courier', 'notify'])[1 + n / 50 % 4] END,
         jsonb_build_object('order', 'o-' || n, 'customer', 'customer ' || n % 1000, 'sum', n % 97,
           'note', repeat('x', 200)),
         'c-' || n, $2::timestamptz - n * interval '1 s' - CASE WHEN n % 500 = 7 THEN 7200 ELSE 20 END * interval '1 s',
         $2::timestamptz - n * interval '1 s',
         CASE WHEN n % 50 NOT IN (1, 2) THEN $2::timestamptz - n * interval '1 s' END,
         CASE WHEN n % 50 IN (1, 2) AND n % 1000 NOT IN (1, 2) THEN $2::timestamptz + interval '1 day' END
       FROM generate_series(1, $1::int) AS n`,
      [count, iso(untilAt)],
    );
    await client.query(
      `INSERT INTO saga_step (saga_type, saga_id, position, step, service, state, attempts, compensation_attempts,
         command_topic, sent_at, due_at, ended_at, input)
       SELECT i.saga_type, i.saga_id, s.position, s.step, s.step || 'Service',
         CASE WHEN i.step = s.step THEN CASE i.state WHEN 'running' THEN 'sent' ELSE 'compensating' END ELSE 'done' END,
         CASE WHEN i.step = s.step AND right(i.saga_id, 3) = '051' THEN 3 ELSE 1 END, 1, s.step || '.wanted', i.started_at,
         CASE WHEN i.step = s.step THEN i.updated_at END, CASE WHEN i.step = s.step THEN NULL ELSE i.updated_at END, '{}'
       FROM saga_instance i
       CROSS JOIN unnest(ARRAY['allocate', 'charge', 'courier', 'notify']) WITH ORDINALITY AS s(step, position)
       WHERE i.saga_id LIKE 'f-%'
         AND s.position <= coalesce(array_position(ARRAY['allocate', 'charge', 'courier', 'notify'], i.step), 4)`,
    );
    await client.query(
      `INSERT INTO saga_journal (saga_type, saga_id, version, at, kind)
       SELECT saga_type, saga_id, v, started_at, CASE v WHEN 1 THEN 'started' ELSE 'reply' END
       FROM saga_instance CROSS JOIN generate_series(1, 6) AS v WHERE saga_id LIKE 'f-%'`,
    );
    await client.query("VACUUM ANALYZE saga_instance");
    await client.query("VACUUM ANALYZE saga_step");
    await client.query("VACUUM ANALYZE saga_journal");
  });
}
