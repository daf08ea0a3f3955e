import type { Sql } from "#lib/adapters/db/client.ts";
import { jsonOf, valueOf } from "#lib/adapters/db/offset-json.ts";
import type {
  OffsetReset,
  OffsetResetRow,
  PlanTotals,
  ResetPlan,
  ResetScope,
  ResetState,
  ResetTarget,
  ResetWatch,
  WatchFinding,
} from "#lib/domain/offset-resets/offset-reset.ts";
import { Prisma, type OffsetReset as Row } from "#prisma/generated/client.ts";

/** Prisma's code of a breached unique index. */
const TAKEN = "P2002";

/** A plan to be stored. */
type NewReset = Pick<
  OffsetReset,
  "id" | "group" | "target" | "scope" | "plan" | "hash" | "plannedAt" | "plannedBy"
>;

/** An offset reset with its cluster, as a worker finds it. */
export interface ResetAt {
  cluster: string;
  reset: OffsetReset;
}

/** OffsetResetStore keeps plans and what became of them. Each change names the state it comes from. */
export interface OffsetResetStore {
  add(cluster: string, reset: NewReset): Promise<void>;
  /** null when the group has none of this id. */
  get(cluster: string, group: string, id: string): Promise<OffsetReset | null>;
  /** Newest first. */
  list(
    cluster: string,
    group: string,
    page: { after: { plannedAt: number; id: string } | null; limit: number },
  ): Promise<OffsetResetRow[]>;
  /**
   * From `planned` to `applying`: `decided` when somebody else was first, `busy` while another reset of the group is
   * applying.
   */
  begin(
    id: string,
    decision: { by: string; at: number; reason: string },
  ): Promise<"begun" | "decided" | "busy">;
  /** From `applying` to its end; false when it had ended. `watchUntilAt` begins the watch. */
  end(
    id: string,
    outcome: {
      state: Exclude<ResetState, "planned" | "applying" | "undone">;
      at: number;
      failures: readonly string[];
      watchUntilAt: number | null;
    },
  ): Promise<boolean>;
  /** Says that `by` took `id` back. */
  markUndone(id: string, by: string): Promise<void>;
  /** Ends the watches over a group but that of one reset: what it writes is no overwriting. */
  endWatches(of: { cluster: string; group: string; but: string }, at: number): Promise<void>;
  /** Resets that are applying since before an instant, and those that are watched. */
  open(applyingBeforeAt: number): Promise<ResetAt[]>;
  /** Notes what a look at the commits found; `endedAt` ends the watch. */
  noteLook(
    id: string,
    look: { at: number; findings: readonly WatchFinding[]; endedAt: number | null },
  ): Promise<void>;
  /** When a sweep first saw a commit of the group; null when none did. */
  seenSinceAt(cluster: string, group: string): Promise<number | null>;
}

/** offsetResetStore makes an {@link OffsetResetStore}. */
export function offsetResetStore(sql: Sql): OffsetResetStore {
  return { ...reads(sql), ...changes(sql), add: (cluster, reset) => add(sql, cluster, reset) };
}

type Reads = Pick<OffsetResetStore, "get" | "list" | "open" | "seenSinceAt">;
type Changes = Pick<OffsetResetStore, "begin" | "end" | "markUndone" | "endWatches" | "noteLook">;

async function add(
  sql: Sql,
  cluster: string,
  { group, target, scope, plan, plannedAt, ...rest }: NewReset,
): Promise<void> {
  await sql.offsetReset.create({
    data: {
      ...rest,
      cluster,
      groupId: group,
      state: "planned",
      target: jsonOf(target),
      scope: jsonOf(scope),
      plan: jsonOf(plan),
      totals: jsonOf(plan.totals),
      plannedAt: new Date(plannedAt),
      undoOf: target.kind === "undo" ? target.id : null,
    },
  });
}

function reads(sql: Sql): Reads {
  return {
    async get(cluster, groupId, id) {
      const row = await sql.offsetReset.findFirst({ where: { id, cluster, groupId } });
      return row && resetOf(row);
    },
    async list(cluster, groupId, { after, limit }) {
      const rows = await sql.offsetReset.findMany({
        where: { cluster, groupId, ...(after === null ? {} : olderThan(after)) },
        omit: { plan: true, scope: true, hash: true },
        orderBy: [{ plannedAt: "desc" }, { id: "desc" }],
        take: limit,
      });
      return rows.map(({ totals, ...row }) => ({ ...rowOf(row), totals: valueOf(totals) as PlanTotals }));
    },
    async open(applyingBeforeAt) {
      const rows = await sql.offsetReset.findMany({
        where: {
          OR: [
            { state: "applying", decidedAt: { lt: new Date(applyingBeforeAt) } },
            { watchUntil: { not: null }, watchEndedAt: null },
          ],
        },
        orderBy: { decidedAt: "asc" },
        take: 100,
      });
      return rows.map((row) => ({ cluster: row.cluster, reset: resetOf(row) }));
    },
    async seenSinceAt(cluster, groupId) {
      const { _min } = await sql.commitSeries.aggregate({
        where: { cluster, groupId },
        _min: { firstSeenAt: true },
      });
      return _min.firstSeenAt?.getTime() ?? null;
    },
  };
}

function changes(sql: Sql): Changes {
  return {
    async begin(id, { by, at, reason }) {
      try {
        const { count } = await sql.offsetReset.updateMany({
          where: { id, state: "planned" },
          data: { state: "applying", decidedBy: by, decidedAt: new Date(at), reason },
        });
        return count === 1 ? "begun" : "decided";
      } catch (error) {
        if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === TAKEN) return "busy";
        throw error;
      }
    },
    async end(id, { state, at, failures, watchUntilAt }) {
      const { count } = await sql.offsetReset.updateMany({
        where: { id, state: "applying" },
        data: {
          state,
          failures: [...failures],
          appliedAt: state === "applied" ? new Date(at) : null,
          watchUntil: watchUntilAt === null ? null : new Date(watchUntilAt),
        },
      });
      return count === 1;
    },
    async markUndone(id, by) {
      await sql.offsetReset.updateMany({
        where: { id, state: { in: ["applied", "failed"] } },
        data: { state: "undone", undoneBy: by },
      });
    },
    async endWatches({ cluster, group, but }, at) {
      await sql.offsetReset.updateMany({
        where: { cluster, groupId: group, id: { not: but }, watchUntil: { not: null }, watchEndedAt: null },
        data: { watchEndedAt: new Date(at) },
      });
    },
    async noteLook(id, { at, findings, endedAt }) {
      await sql.offsetReset.updateMany({
        where: { id, watchEndedAt: null },
        data: {
          watchLookedAt: new Date(at),
          findings: jsonOf(findings),
          ...(endedAt === null ? {} : { watchEndedAt: new Date(endedAt) }),
        },
      });
    },
  };
}

const olderThan = ({ plannedAt, id }: { plannedAt: number; id: string }) => ({
  OR: [{ plannedAt: { lt: new Date(plannedAt) } }, { plannedAt: new Date(plannedAt), id: { lt: id } }],
});

function resetOf(row: Row): OffsetReset {
  return {
    ...rowOf(row),
    scope: valueOf(row.scope) as ResetScope,
    plan: valueOf(row.plan) as ResetPlan,
    hash: row.hash,
  };
}

function rowOf(row: Omit<Row, "plan" | "scope" | "hash" | "totals">): Omit<OffsetResetRow, "totals"> {
  return {
    id: row.id,
    group: row.groupId,
    state: row.state as ResetState,
    target: valueOf(row.target) as ResetTarget,
    plannedAt: row.plannedAt.getTime(),
    plannedBy: row.plannedBy,
    reason: row.reason,
    decidedBy: row.decidedBy,
    decidedAt: row.decidedAt?.getTime() ?? null,
    appliedAt: row.appliedAt?.getTime() ?? null,
    failures: row.failures,
    watch: watchOf(row),
    undoneBy: row.undoneBy,
  };
}

function watchOf(
  row: Pick<Row, "watchUntil" | "watchEndedAt" | "watchLookedAt" | "findings">,
): ResetWatch | null {
  if (row.watchUntil === null) return null;
  return {
    untilAt: row.watchUntil.getTime(),
    endedAt: row.watchEndedAt?.getTime() ?? null,
    lookedAt: row.watchLookedAt?.getTime() ?? null,
    findings: valueOf(row.findings) as WatchFinding[],
  };
}
