import type { Sql } from "#lib/adapters/db/client.ts";
import type { CommandResult } from "#lib/domain/sagas/command-message.ts";
import { sagaIdOf } from "#lib/domain/sagas/saga.ts";

/** Up to where one partition of the answers' topic is read. */
export interface ResultPosition {
  readonly topicId: string;
  readonly partition: number;
  readonly nextOffset: bigint;
}

/** A command whose row changed, to be told of. */
export interface ChangedCommand {
  /** The console's id of the saga. */
  readonly saga: string;
  readonly cluster: string | null;
}

/** SagaCommandResultStore takes the services' answers into the rows of commands. */
export interface SagaCommandResultStore {
  /** Whether a command of the cluster waits for its answer. */
  awaits(cluster: string): Promise<boolean>;
  positions(cluster: string): Promise<ResultPosition[]>;
  keepPositions(cluster: string, positions: readonly ResultPosition[]): Promise<void>;
  /**
   * Takes answers to commands that are `sent`, or `unknown` since they come late; of several to one command the first.
   * Passed over is what nobody gave, what is answered already, and an answer of which the cluster, the service, the type
   * or the saga is not the command's.
   */
  take(cluster: string, results: readonly CommandResult[]): Promise<ChangedCommand[]>;
  /** Makes `unknown` what is `sent` and expired before an instant. */
  giveUp(expiredBeforeAt: number, at: number): Promise<ChangedCommand[]>;
}

interface ChangedRow {
  source: string;
  type: string;
  sagaId: string;
  cluster: string | null;
}

const changedOf = ({ source, type, sagaId, cluster }: ChangedRow): ChangedCommand => ({
  saga: sagaIdOf(source, type, sagaId),
  cluster,
});

/** sagaCommandResultStore makes a {@link SagaCommandResultStore}. */
export function sagaCommandResultStore(sql: Sql): SagaCommandResultStore {
  return {
    async awaits(cluster) {
      return (
        (await sql.sagaCommand.findFirst({ where: { cluster, state: "sent" }, select: { id: true } })) !==
        null
      );
    },
    async positions(cluster) {
      const rows = await sql.sagaResultPosition.findMany({ where: { cluster } });
      return rows.map(({ topicId, partition, nextOffset }) => ({ topicId, partition, nextOffset }));
    },
    async keepPositions(cluster, positions) {
      for (const { topicId, partition, nextOffset } of positions)
        await sql.sagaResultPosition.upsert({
          where: { cluster_topicId_partition: { cluster, topicId, partition } },
          create: { cluster, topicId, partition, nextOffset },
          update: { nextOffset },
        });
    },
    take: (cluster, results) => take(sql, cluster, results),
    async giveUp(expiredBeforeAt, at) {
      const rows: ChangedRow[] = await sql.$queryRaw`
        UPDATE saga_command SET state = 'unknown', settled_at = ${isoOf(at)}::timestamptz
        WHERE state = 'sent' AND expires_at < ${isoOf(expiredBeforeAt)}::timestamptz
        RETURNING source, saga_type AS type, saga_id AS "sagaId", cluster`;
      return rows.map(changedOf);
    },
  };
}

const isoOf = (at: number): string => new Date(at).toISOString();

/** One statement: of two workers, and of an answer and its repetition, one wins. */
async function take(sql: Sql, cluster: string, results: readonly CommandResult[]): Promise<ChangedCommand[]> {
  if (results.length === 0) return [];
  const told = results.map(({ answeredAt, ...result }, nth) => ({ ...result, nth, at: isoOf(answeredAt) }));
  const rows: ChangedRow[] = await sql.$queryRaw`
    UPDATE saga_command c SET state = r.outcome, answer = r.detail, answered_at = r.at, settled_at = r.at
    FROM (
      SELECT DISTINCT ON (k.id) k.id, t.outcome, t.detail, t.at
      FROM jsonb_to_recordset(${JSON.stringify(told)}::jsonb) AS t(nth int, "commandId" uuid, service text, type text,
        "sagaId" text, outcome text, detail text, at timestamptz)
      JOIN saga_command k ON k.id = t."commandId" AND k.service = t.service AND k.saga_type = t.type
        AND k.saga_id = t."sagaId"
      WHERE k.cluster = ${cluster} AND k.state IN ('sent', 'unknown') ORDER BY k.id, t.nth) AS r
    WHERE c.id = r.id AND c.state IN ('sent', 'unknown')
    RETURNING c.source, c.saga_type AS type, c.saga_id AS "sagaId", c.cluster`;
  return rows.map(changedOf);
}
