import { numberArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import { Prisma } from "#prisma/generated/client.ts";

/**
 * deadLettersOf makes the condition on a dead letter `d` that it is one of a job's rows; `where` is a condition on the
 * row `r`. The places go in as arrays: a subquery over rows that were written a moment ago, of which the planner has no
 * statistics yet, is joined row by row (10,000 dead letters took longer than a statement may).
 */
export async function deadLettersOf(sql: Sql, number: number, where: Prisma.Sql): Promise<Prisma.Sql> {
  const rows: { topicRef: number; partition: number; offset: bigint }[] = await sql.$queryRaw`
    SELECT r.dead_letter_topic_ref AS "topicRef", r.partition, r.record_offset AS "offset" FROM job_record r
    WHERE r.job_number = ${number} AND r.dead_letter_topic_ref IS NOT NULL AND ${where}`;
  return Prisma.sql`(d.topic_ref, d.partition, d.record_offset) IN (SELECT u.topic_ref, u.partition, u.place FROM unnest(
    ${numberArray(rows.map((each) => each.topicRef))}::int[],
    ${numberArray(rows.map((each) => each.partition))}::int[],
    ${numberArray(rows.map((each) => each.offset))}::bigint[]) AS u(topic_ref, partition, place))`;
}
