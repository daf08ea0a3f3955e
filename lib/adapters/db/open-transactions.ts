import type { Sql } from "#lib/adapters/db/client.ts";
import type { OpenTransaction } from "#lib/domain/topics/open-transaction.ts";
import type { Prisma } from "#prisma/generated/client.ts";

/** OpenTransactionStore keeps the open transactions that the last reading of last stable offsets saw. */
export interface OpenTransactionStore {
  /** Writes what is open now; what is not among it has ended. */
  replace(cluster: string, open: readonly OpenTransaction[]): Promise<void>;
  ofCluster(cluster: string): Promise<OpenTransaction[]>;
  /** The open transactions of a topic, the greatest backlog first. */
  ofTopic(cluster: string, topic: string): Promise<Omit<OpenTransaction, "topic">[]>;
  /** Those that hang, the greatest backlog first, at most 20. */
  hung(cluster: string): Promise<OpenTransaction[]>;
}

const NAMED = 20;
const WORST_FIRST = [{ backlog: "desc" }, { topic: "asc" }, { partition: "asc" }] as const;

/** openTransactionStore makes an {@link OpenTransactionStore}. */
export function openTransactionStore(sql: Sql): OpenTransactionStore {
  return {
    async replace(cluster, open) {
      await sql.openTransaction.deleteMany({ where: { cluster } });
      if (open.length === 0) return;
      await sql.openTransaction.createMany({ data: open.map((each) => rowOf(cluster, each)) });
    },
    async ofCluster(cluster) {
      const rows = await sql.openTransaction.findMany({ where: { cluster }, omit: { cluster: true } });
      return rows.map(openTransactionOf);
    },
    async ofTopic(cluster, topic) {
      const where = { cluster, topic };
      const rows = await sql.openTransaction.findMany({
        ...{ where, orderBy: [...WORST_FIRST] },
        omit: { cluster: true, topic: true },
      });
      return rows.map(factsOf);
    },
    async hung(cluster) {
      const where = { cluster, hung: true };
      const rows = await sql.openTransaction.findMany({
        ...{ where, orderBy: [...WORST_FIRST], take: NAMED },
        omit: { cluster: true },
      });
      return rows.map(openTransactionOf);
    },
  };
}

function rowOf(cluster: string, open: OpenTransaction): Prisma.OpenTransactionCreateManyInput {
  return {
    ...open,
    cluster,
    sinceAt: new Date(open.sinceAt),
    lastWrittenAt: open.lastWrittenAt === null ? null : new Date(open.lastWrittenAt),
  };
}

type Row = Omit<Prisma.OpenTransactionModel, "cluster">;

const openTransactionOf = ({ topic, ...row }: Row): OpenTransaction => ({ topic, ...factsOf(row) });

function factsOf(row: Omit<Row, "topic">): Omit<OpenTransaction, "topic"> {
  return {
    ...row,
    sinceAt: row.sinceAt.getTime(),
    lastWrittenAt: row.lastWrittenAt?.getTime() ?? null,
    backlog: Number(row.backlog),
  };
}
