import { textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { DEAD_LETTER_STATES } from "#lib/domain/dead-letters/dead-letter.ts";
import type { CommitMove } from "#lib/domain/jobs/skipped-spans.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** The newest dead letters of a cause that tell how long its records take. */
const NEWEST = 10_000;
/** Causes that are asked, those of the most copies first. */
const CAUSES = 20;
/** Copies whose causes are asked: the oldest open ones, which are given up first. */
const OLDEST = 10_000;

/** SettlingFacts is what settling needs to know beside the copies. */
export interface SettlingFacts {
  /**
   * How long 99 of 100 dead letters took from their origin to their topic, ms, of the cause of a job's oldest open copies
   * in a topic that took longest; copies of jobs do not count. null where nobody knows.
   */
  tookOfCopies(number: number, topic: string): Promise<number | null>;
  /** The same of the causes of a source topic, of one group or, with null, of all. */
  tookOfTopic(of: { cluster: string; topic: string; group: string | null }): Promise<number | null>;
  /** How offset resets made through Sluice moved a group in a topic since an instant, epoch ms, oldest first. */
  moves(of: { cluster: string; group: string; topic: string; sinceAt: number }): Promise<CommitMove[]>;
}

/** settlingFacts makes {@link SettlingFacts}. */
export function settlingFacts(sql: Sql): SettlingFacts {
  return {
    tookOfCopies: (number, topic) =>
      longest(
        sql,
        Prisma.sql`SELECT d.cause_ref AS id
          FROM (SELECT dead_letter_topic_ref AS topic_ref, partition, record_offset FROM job_record
            WHERE job_number = ${number} AND outcome = 'sent' AND target_topic = ${topic}
            ORDER BY seq LIMIT ${OLDEST}) AS r
          JOIN dead_letter d USING (topic_ref, partition, record_offset)
          GROUP BY 1 ORDER BY count(*) DESC LIMIT ${CAUSES}`,
      ),
    tookOfTopic: ({ cluster, topic, group }) =>
      longest(
        sql,
        Prisma.sql`SELECT c.id FROM dead_letter_cause c WHERE c.cluster = ${cluster} AND c.source_topic = ${topic}
          AND (${group}::text IS NULL OR c.group_id = ${group}) ORDER BY c.last_seen_at DESC LIMIT ${CAUSES}`,
      ),
    moves: (of) => selectMoves(sql, of),
  };
}

async function longest(sql: Sql, causes: Prisma.Sql): Promise<number | null> {
  const rows: { took: number | null }[] = await sql.$queryRaw`
    SELECT max(p.took)::float8 AS took FROM (${causes}) AS k
    CROSS JOIN LATERAL (
      SELECT percentile_disc(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM n.at - n.origin_at) * 1000) AS took
      FROM (SELECT d.at, d.origin_at FROM unnest(${textArray(DEAD_LETTER_STATES)}::text[]) AS s(state)
        CROSS JOIN LATERAL (SELECT at, origin_at FROM dead_letter
          WHERE cause_ref = k.id AND state = s.state AND twin_offset IS NULL AND redrive_id IS NULL
            AND origin_at IS NOT NULL
          ORDER BY at DESC, seq DESC LIMIT ${NEWEST}) AS d
        ORDER BY d.at DESC LIMIT ${NEWEST}) AS n) AS p`;
  return rows[0]?.took ?? null;
}

/** A reset that failed may have moved a part: all that it meant to move counts. Offsets stand as by `jsonOf`. */
async function selectMoves(
  sql: Sql,
  { cluster, group, topic, sinceAt }: Parameters<SettlingFacts["moves"]>[0],
): Promise<CommitMove[]> {
  return sql.$queryRaw`
    SELECT (p.r->>'partition')::int AS partition, (p.r#>>'{from,offset,$offset}')::bigint AS "from",
      (p.r#>>'{to,offset,$offset}')::bigint AS "to", (p.r#>>'{start,$offset}')::bigint AS start,
      (p.r#>>'{end,$offset}')::bigint AS "end"
    FROM offset_reset o CROSS JOIN LATERAL jsonb_array_elements(o.plan->'rows') AS p(r)
    WHERE o.cluster = ${cluster} AND o.group_id = ${group} AND o.decided_at >= ${new Date(sinceAt).toISOString()}::timestamptz
      AND o.state IN ('applying', 'applied', 'failed', 'undone')
      AND p.r->>'topic' = ${topic} AND p.r->>'effect' <> 'unchanged'
    ORDER BY o.decided_at, o.id`;
}
