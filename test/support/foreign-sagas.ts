import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";
import { withClientOf } from "#test/support/kit-sagas.ts";

/** Makes the tables of a framework by its own DDL. */
export async function installForeign(url: string, preset: "eventuate" | "dbos" | "seata"): Promise<void> {
  const ddl = await readFile(join(import.meta.dirname, "..", "fixtures", "sagas", `${preset}.sql`), "utf8");
  await withClientOf(url, (client) => client.query(ddl));
}

/** An id as Eventuate's ApplicationIdGenerator makes it: 64 bits of milliseconds, 64 of the machine and a counter. */
export const eventuateId = (at: number, counter = 0): string =>
  `${at.toString(16).padStart(16, "0")}-${(0x0242ac120002_0000n + BigInt(counter)).toString(16).padStart(16, "0")}`;

/** What Eventuate's simple DSL keeps in `state_name`. */
const eventuateState = (
  currentlyExecuting: number,
  { compensating = false, endState = false, failed = false } = {},
): string => JSON.stringify({ currentlyExecuting, compensating, endState, failed });

/**
 * Eventuate does what its SagaManagerImpl and SagaLockManagerImpl do: a saga is inserted at its first step, updated at
 * each reply, and a participant whose target another saga holds stashes the command.
 */
export class Eventuate {
  readonly #client: Client;
  #messages = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  async start(type: string, at: number, data: unknown): Promise<string> {
    const id = eventuateId(at, (this.#messages += 1));
    await this.#client.query(
      `INSERT INTO eventuate.saga_instance (saga_type, saga_id, state_name, last_request_id, saga_data_type,
         saga_data_json, end_state, compensating, failed) VALUES ($1, $2, $3, $4, $5, $6, false, false, false)`,
      [
        type,
        id,
        eventuateState(0),
        eventuateId(at + 1, (this.#messages += 1)),
        "example.Data",
        JSON.stringify(data),
      ],
    );
    return id;
  }

  async participant(type: string, id: string, destination: string, resource: string): Promise<void> {
    await this.#client.query(
      "INSERT INTO eventuate.saga_instance_participants (saga_type, saga_id, destination, resource) VALUES ($1, $2, $3, $4)",
      [type, id, destination, resource],
    );
  }

  async reply(
    type: string,
    id: string,
    state: { step: number; compensating?: boolean; endState?: boolean; failed?: boolean },
  ): Promise<void> {
    const { step, compensating = false, endState = false, failed = false } = state;
    await this.#client.query(
      `UPDATE eventuate.saga_instance SET state_name = $3, end_state = $4, compensating = $5, failed = $6
       WHERE saga_type = $1 AND saga_id = $2`,
      [
        type,
        id,
        eventuateState(endState ? -1 : step, { compensating, endState, failed }),
        endState,
        compensating,
        failed,
      ],
    );
  }

  /** A command reaches a participant: it locks its target, or is stashed behind the saga that holds it. */
  async command(type: string, id: string, target: string): Promise<"locked" | "stashed"> {
    const locked = await this.#client.query(
      `INSERT INTO eventuate.saga_lock_table (target, saga_type, saga_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [target, type, id],
    );
    if (locked.rowCount === 1) return "locked";
    await this.#client.query(
      `INSERT INTO eventuate.saga_stash_table (message_id, target, saga_type, saga_id, message_headers, message_payload)
       VALUES ($1, $2, $3, $4, '{}', '{}')`,
      [eventuateId(Date.UTC(2026, 10, 1), (this.#messages += 1)), target, type, id],
    );
    return "stashed";
  }
}

/** A workflow as DBOS's system database keeps it: inserted as PENDING or ENQUEUED, a row a step, ended by its status. */
export async function dbosWorkflow(
  client: Client,
  workflow: {
    id: string;
    name: string;
    at: number;
    status: string;
    steps: readonly { name: string; error?: string }[];
    recoveries?: number;
    deadlineAt?: number;
  },
): Promise<void> {
  const { id, name, at, status, steps, recoveries = 0, deadlineAt = null } = workflow;
  const first = status === "ENQUEUED" ? "ENQUEUED" : "PENDING";
  await client.query(
    `INSERT INTO dbos.workflow_status (workflow_uuid, status, name, class_name, executor_id, created_at, updated_at,
       recovery_attempts, inputs, workflow_deadline_epoch_ms)
     VALUES ($1, $2, $3, 'Shop', 'local', $4, $4, $5, $6, $7)`,
    [id, first, name, at, recoveries, JSON.stringify([{ order: id }]), deadlineAt],
  );
  for (const [index, step] of steps.entries()) {
    await client.query(
      `INSERT INTO dbos.operation_outputs (workflow_uuid, function_id, function_name, output, error, started_at_epoch_ms,
         completed_at_epoch_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        id,
        index,
        step.name,
        step.error === undefined ? '"ok"' : null,
        step.error ?? null,
        at + index * 100,
        at + index * 100 + 50,
      ],
    );
  }
  if (status === first) return;
  await client.query(
    "UPDATE dbos.workflow_status SET status = $2, updated_at = $3, output = $4, error = $5 WHERE workflow_uuid = $1",
    [id, status, at + 1_000, status === "SUCCESS" ? '"done"' : null, status === "ERROR" ? "boom" : null],
  );
}

/** A state of a Seata machine, in the order in which the engine wrote it. */
export interface SeataState {
  id: string;
  name: string;
  status: string;
  compensates?: string;
  retries?: string;
}

const seataTime = (at: number): string => new Date(at).toISOString().replace("T", " ").replace("Z", "");

/** A machine as Seata's DbAndReportTcStateLogStore writes it: started, a row a state, finished with both outcomes. */
export async function seataMachine(
  client: Client,
  machine: {
    id: string;
    machineId: string;
    businessKey: string;
    at: number;
    status: string;
    compensation?: string | null;
    running?: boolean;
    states: readonly SeataState[];
  },
): Promise<void> {
  const { id, machineId, businessKey, at, status, compensation = null, running = false, states } = machine;
  await client.query(
    `INSERT INTO seata_state_machine_inst (id, machine_id, tenant_id, gmt_started, business_key, start_params, is_running,
       status, gmt_updated, gmt_end) VALUES ($1, $2, '000001', $3, $4, $5, true, 'RU', $3, NULL)`,
    [id, machineId, seataTime(at), businessKey, JSON.stringify({ order: businessKey })],
  );
  for (const [index, state] of states.entries()) {
    const [started, ended] = [seataTime(at + index * 100), seataTime(at + index * 100 + 40)];
    await client.query(
      `INSERT INTO seata_state_inst (id, machine_inst_id, name, type, service_name, service_method, gmt_started,
         input_params, status, state_id_compensated_for, state_id_retried_for, gmt_updated, gmt_end)
       VALUES ($1, $2, $3, 'ServiceTask', $4, 'run', $5, '[{"sum":7}]', $6, $7, $8, $9, $9)`,
      [
        ...[state.id, id, state.name, `${state.name}Service`, started, state.status],
        ...[state.compensates ?? null, state.retries ?? null, ended],
      ],
    );
    if (state.status === "FA")
      await client.query(
        "UPDATE seata_state_inst SET excep = '\\xac' WHERE id = $1 AND machine_inst_id = $2",
        [state.id, id],
      );
  }
  await client.query(
    `UPDATE seata_state_machine_inst SET status = $2, compensation_status = $3, is_running = $4, gmt_updated = $5,
       gmt_end = $6, end_params = $7 WHERE id = $1`,
    [
      id,
      status,
      compensation,
      running,
      seataTime(at + 1_000),
      running ? null : seataTime(at + 1_000),
      '{"end":true}',
    ],
  );
}

/** A machine of two tasks, a choice and their compensations, as Seata's designer writes it. */
export const SEATA_MACHINE = {
  Name: "reduceInventoryAndBalance",
  StartState: "ReduceInventory",
  States: {
    ReduceInventory: {
      ...{ Type: "ServiceTask", ServiceName: "inventoryAction", ServiceMethod: "reduce" },
      ...{ CompensateState: "CompensateReduceInventory", Next: "ChoiceState" },
    },
    ChoiceState: { Type: "Choice", Choices: [{ Expression: "x", Next: "ReduceBalance" }], Default: "Fail" },
    ReduceBalance: {
      ...{ Type: "ServiceTask", ServiceName: "balanceAction", ServiceMethod: "reduce", Next: "Succeed" },
      ...{ CompensateState: "CompensateReduceBalance", Retry: [{ MaxAttempts: 2 }] },
    },
    CompensateReduceInventory: {
      ...{
        Type: "ServiceTask",
        ServiceName: "inventoryAction",
        ServiceMethod: "undo",
        IsForCompensation: true,
      },
    },
    CompensateReduceBalance: { Type: "ServiceTask", ServiceName: "balanceAction", IsForCompensation: true },
    Succeed: { Type: "Succeed" },
    Fail: { Type: "Fail" },
  },
};
