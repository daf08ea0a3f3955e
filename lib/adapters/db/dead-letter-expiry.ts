import type { Sql } from "#lib/adapters/db/client.ts";
import { changeStates, deleteExpired } from "#lib/adapters/db/dead-letter-changes.sql.ts";
import type { DeadLetterState } from "#lib/domain/dead-letters/dead-letter.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** DeadLetterExpiryStore ends rows whose records Kafka no longer keeps; all of it belongs into guarded transactions. */
export interface DeadLetterExpiryStore {
  /** Expires at most `limit` rows of a partition below an offset; answers how many. */
  expireBelow(of: {
    topicRef: number;
    partition: number;
    fromOffset: bigint;
    belowOffset: bigint;
    /** The states that may become `expired`. */
    states: readonly DeadLetterState[];
    reason: string;
    at: number;
    limit: number;
  }): Promise<number>;
  /** Expires at most `limit` rows of a topic; answers how many. */
  expireTopic(of: {
    topicRef: number;
    states: readonly DeadLetterState[];
    reason: string;
    at: number;
    limit: number;
  }): Promise<number>;
  /** Forgets rows that expired before an instant, at most `limit`; answers how many. */
  forget(of: { topicRef: number; beforeAt: number; limit: number }): Promise<number>;
  /** Forgets topics that ended and have no row left. */
  forgetTopics(cluster: string): Promise<void>;
}

/** deadLetterExpiryStore makes a {@link DeadLetterExpiryStore}. */
export function deadLetterExpiryStore(sql: Sql): DeadLetterExpiryStore {
  const expire = async (
    where: Prisma.Sql,
    { states, ...change }: { states: readonly DeadLetterState[]; reason: string; at: number; limit: number },
  ): Promise<number> => {
    const rows = await changeStates(sql, { ...change, where, from: states, to: "expired", locked: "wait" });
    return rows.reduce((sum, each) => sum + Number(each.rows), 0);
  };
  return {
    expireBelow: ({ topicRef, partition, fromOffset, belowOffset, ...change }) =>
      expire(
        Prisma.sql`d.topic_ref = ${topicRef} AND d.partition = ${partition}
          AND d.record_offset >= ${fromOffset}::bigint AND d.record_offset < ${belowOffset}::bigint`,
        change,
      ),
    expireTopic: ({ topicRef, ...change }) => expire(Prisma.sql`d.topic_ref = ${topicRef}`, change),
    async forget(of) {
      const counted = await deleteExpired(sql, { ...of, twins: false });
      return counted + (await deleteExpired(sql, { ...of, twins: true }));
    },
    async forgetTopics(cluster) {
      await sql.$executeRaw`
        WITH gone AS (DELETE FROM dead_letter_topic t WHERE t.cluster = ${cluster} AND t.ended_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM dead_letter d WHERE d.topic_ref = t.id) RETURNING id)
        DELETE FROM dead_letter_tally WHERE topic_ref IN (SELECT id FROM gone)`;
    },
  };
}
