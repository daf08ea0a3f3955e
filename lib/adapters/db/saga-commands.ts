import type { Sql } from "#lib/adapters/db/client.ts";
import { jsonOf } from "#lib/adapters/db/offset-json.ts";
import type { CommandState, SagaCommandRecord } from "#lib/domain/sagas/saga-command.ts";
import { sagaIdOf, type SagaCommand } from "#lib/domain/sagas/saga.ts";
import { Prisma, type SagaCommand as Row } from "#prisma/generated/client.ts";

/** Prisma's code of a breached unique index. */
const TAKEN = "P2002";

/** Which saga, by the parts of its id. */
export interface SagaPlace {
  readonly source: string;
  readonly type: string;
  readonly sagaId: string;
}

/** What of a command is known once it is clear where it goes. Times are epoch ms. */
export interface CommandRoute {
  readonly cluster: string;
  readonly service: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** A command that is about to be sent. */
interface NewCommand extends SagaPlace, CommandRoute {
  readonly id: string;
  readonly command: SagaCommand;
  readonly step: string | null;
  readonly reason: string;
  readonly actor: string;
}

/** A batch with its frozen sagas; `seenAt` is when each had last moved. */
interface NewBatch {
  readonly id: string;
  readonly command: SagaCommand;
  readonly step: string | null;
  readonly filter: object;
  readonly reason: string;
  readonly actor: string;
  readonly requestedAt: number;
  readonly sagas: readonly (SagaPlace & { readonly commandId: string; readonly seenAt: number | null })[];
}

/** A command of a batch whose turn comes. */
export interface WaitingCommand extends SagaPlace {
  readonly id: string;
  readonly batchId: string | null;
  readonly command: SagaCommand;
  readonly step: string | null;
  readonly reason: string;
  readonly actor: string;
  readonly requestedAt: number;
  readonly seenAt: number | null;
}

/** A batch as it stands; `endedAt` is when the last of its commands was settled. */
interface CommandBatch extends Omit<NewBatch, "filter" | "sagas"> {
  readonly cancelled: boolean;
  readonly endedAt: number | null;
  readonly total: number;
  readonly counts: Partial<Record<CommandState, number>>;
  readonly items: SagaCommandRecord[];
}

/** What a command came to, for good. */
interface Settled {
  readonly state: Extract<CommandState, "failed" | "cancelled">;
  readonly answer: string;
  readonly at: number;
}

/** SagaCommandStore keeps commands to sagas and what became of them. Each change names the state it comes from. */
export interface SagaCommandStore {
  /** Adds a command as `sent`; false while another one to the same saga waits for its answer. Not in a transaction. */
  add(command: NewCommand): Promise<boolean>;
  addBatch(batch: NewBatch): Promise<void>;
  /** null for an id that none has. */
  get(id: string): Promise<SagaCommandRecord | null>;
  /** Those that were sent to one saga, newest first. */
  ofSaga(place: SagaPlace, limit: number): Promise<SagaCommandRecord[]>;
  /** The one that waits for its answer; null where none does. */
  sentTo(place: SagaPlace): Promise<SagaCommandRecord | null>;
  batch(id: string, limit: number): Promise<CommandBatch | null>;
  /** Cancels what still waits of a batch; answers how many, null where there is no such batch. */
  cancelBatch(id: string, told: { answer: string; at: number }): Promise<number | null>;
  /** Whose turn it is, the oldest first. */
  waiting(limit: number): Promise<WaitingCommand[]>;
  /** From `waiting` to `sent`: `decided` where it waits no more, `busy` as in {@link add}. Not in a transaction. */
  begin(
    id: string,
    route: CommandRoute & { readonly step: string | null },
  ): Promise<"begun" | "decided" | "busy">;
  /** Ends a command that was surely not written; false where it had moved on. */
  settle(id: string, from: "waiting" | "sent", settled: Settled): Promise<boolean>;
  /** Says something of a command that is `sent` still. */
  note(id: string, answer: string): Promise<void>;
}

/** sagaCommandStore makes a {@link SagaCommandStore}. */
export function sagaCommandStore(sql: Sql): SagaCommandStore {
  return { ...reads(sql), ...additions(sql), ...changes(sql) };
}

type Reads = Pick<SagaCommandStore, "get" | "ofSaga" | "sentTo" | "batch" | "waiting">;

function reads(sql: Sql): Reads {
  return {
    async get(id) {
      const row = await sql.sagaCommand.findUnique({ where: { id } });
      return row && recordOf(row);
    },
    async ofSaga(place, limit) {
      const rows = await sql.sagaCommand.findMany({
        where: whereOf(place),
        orderBy: [{ issuedAt: "desc" }, { id: "desc" }],
        take: limit,
      });
      return rows.map(recordOf);
    },
    async sentTo(place) {
      const row = await sql.sagaCommand.findFirst({ where: { ...whereOf(place), state: "sent" } });
      return row && recordOf(row);
    },
    batch: (id, limit) => batchOf(sql, id, limit),
    async waiting(limit) {
      const rows = await sql.sagaCommand.findMany({
        where: { state: "waiting" },
        orderBy: [{ issuedAt: "asc" }, { id: "asc" }],
        take: limit,
      });
      return rows.map(({ sagaType, seenAt, issuedAt, ...row }) => ({
        ...row,
        type: sagaType,
        command: row.command as SagaCommand,
        requestedAt: issuedAt.getTime(),
        seenAt: seenAt?.getTime() ?? null,
      }));
    },
  };
}

function additions(sql: Sql): Pick<SagaCommandStore, "add" | "addBatch"> {
  return {
    async add({ type, issuedAt, expiresAt, ...command }) {
      const data = { ...command, sagaType: type, state: "sent", ...timesOf({ issuedAt, expiresAt }) };
      return unlessTaken(async () => {
        await sql.sagaCommand.create({ data });
        return true;
      }, false);
    },
    async addBatch({ sagas, filter, requestedAt, ...batch }) {
      const { id: batchId, command, step, reason, actor } = batch;
      await sql.sagaCommandBatch.create({
        data: { ...batch, filter: jsonOf(filter), requestedAt: new Date(requestedAt) },
      });
      await sql.sagaCommand.createMany({
        data: sagas.map(({ commandId, type, seenAt, ...place }) => ({
          ...{ id: commandId, batchId, command, step, reason, actor, state: "waiting" },
          ...place,
          sagaType: type,
          seenAt: seenAt === null ? null : new Date(seenAt),
          ...timesOf({ issuedAt: requestedAt, expiresAt: requestedAt }),
        })),
      });
    },
  };
}

function changes(sql: Sql): Pick<SagaCommandStore, "cancelBatch" | "begin" | "settle" | "note"> {
  return {
    async cancelBatch(id, { answer, at }) {
      const known = await sql.sagaCommandBatch.count({ where: { id } });
      if (known === 0) return null;
      await sql.sagaCommandBatch.updateMany({
        where: { id, cancelledAt: null },
        data: { cancelledAt: new Date(at) },
      });
      const { count } = await sql.sagaCommand.updateMany({
        where: { batchId: id, state: "waiting" },
        data: { state: "cancelled", answer, settledAt: new Date(at) },
      });
      return count;
    },
    async begin(id, { cluster, service, step, ...times }) {
      return unlessTaken(async () => {
        const { count } = await sql.sagaCommand.updateMany({
          where: { id, state: "waiting" },
          data: { state: "sent", cluster, service, step, ...timesOf(times) },
        });
        return count === 1 ? "begun" : "decided";
      }, "busy");
    },
    async settle(id, from, { state, answer, at }) {
      const { count } = await sql.sagaCommand.updateMany({
        where: { id, state: from },
        data: { state, answer, settledAt: new Date(at) },
      });
      return count === 1;
    },
    async note(id, answer) {
      await sql.sagaCommand.updateMany({ where: { id, state: "sent" }, data: { answer } });
    },
  };
}

async function unlessTaken<T, Taken>(work: () => Promise<T>, taken: Taken): Promise<T | Taken> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === TAKEN) return taken;
    throw error;
  }
}

async function batchOf(sql: Sql, id: string, limit: number): Promise<CommandBatch | null> {
  const batch = await sql.sagaCommandBatch.findUnique({ where: { id }, omit: { filter: true } });
  if (batch === null) return null;
  const tallies = await sql.sagaCommand.groupBy({
    by: ["state"],
    where: { batchId: id },
    _count: { _all: true },
    _max: { settledAt: true },
  });
  const items = await sql.sagaCommand.findMany({
    where: { batchId: id },
    orderBy: { id: "asc" },
    take: limit,
  });
  const counts = Object.fromEntries(tallies.map(({ state, _count }) => [state, _count._all]));
  const open = (counts["waiting"] ?? 0) + (counts["sent"] ?? 0) > 0;
  const settled = tallies.map(({ _max }) => _max.settledAt?.getTime() ?? 0);
  const { cancelledAt, requestedAt, ...rest } = batch;
  return {
    ...rest,
    command: batch.command as SagaCommand,
    requestedAt: requestedAt.getTime(),
    cancelled: cancelledAt !== null,
    endedAt: open ? null : Math.max(requestedAt.getTime(), ...settled),
    total: tallies.reduce((sum, { _count }) => sum + _count._all, 0),
    counts,
    items: items.map(recordOf),
  };
}

const whereOf = ({ source, type, sagaId }: SagaPlace) => ({ source, sagaType: type, sagaId });

const timesOf = ({ issuedAt, expiresAt }: Pick<CommandRoute, "issuedAt" | "expiresAt">) => ({
  issuedAt: new Date(issuedAt),
  expiresAt: new Date(expiresAt),
});

function recordOf(row: Row): SagaCommandRecord {
  return {
    id: row.id,
    batchId: row.batchId,
    saga: sagaIdOf(row.source, row.sagaType, row.sagaId),
    command: row.command as SagaCommand,
    step: row.step,
    state: row.state as CommandState,
    answer: row.answer,
    reason: row.reason,
    actor: row.actor,
    issuedAt: row.issuedAt.getTime(),
    expiresAt: row.expiresAt.getTime(),
    answeredAt: row.answeredAt?.getTime() ?? null,
  };
}
