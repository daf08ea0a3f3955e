import { textArray } from "#lib/adapters/db/array-text.ts";
import type { Sql } from "#lib/adapters/db/client.ts";

/** What a group's members subscribe to and do not own yet, as the last sweep saw it. */
interface GroupSubscription {
  group: string;
  /** Topics by name. */
  topics: string[];
  /** Regular expressions (RE2). */
  patterns: string[];
}

/** GroupSubscriptionStore tells what groups would read besides what their members own. */
export interface GroupSubscriptionStore {
  /** Groups with a pattern, or that wait for one of these topics; each topic that is told is one of them. */
  of(cluster: string, topics: readonly string[]): Promise<GroupSubscription[]>;
}

/** groupSubscriptionStore makes a {@link GroupSubscriptionStore}. */
export function groupSubscriptionStore(sql: Sql): GroupSubscriptionStore {
  return {
    // Members are unfolded of the groups alone that have something to tell: one pass over a cluster's groups.
    of: (cluster, topics) => sql.$queryRaw`
      SELECT g.group_id AS "group",
        array(SELECT DISTINCT w FROM jsonb_array_elements(g.members) AS m,
          jsonb_array_elements_text(CASE jsonb_typeof(m -> 'waitsFor') WHEN 'array' THEN m -> 'waitsFor' ELSE '[]' END) AS w
          WHERE w = ANY (${textArray(topics)}::text[]) ORDER BY w) AS topics,
        array(SELECT DISTINCT m ->> 'pattern' FROM jsonb_array_elements(g.members) AS m
          WHERE m ->> 'pattern' IS NOT NULL ORDER BY 1) AS patterns
      FROM group_state g WHERE g.cluster = ${cluster}
        AND (g.members @? '$[*] ? (@.pattern != null)' OR EXISTS (SELECT 1 FROM unnest(${textArray(topics)}::text[]) AS t
          WHERE g.members @> jsonb_build_array(jsonb_build_object('waitsFor', jsonb_build_array(t)))))
      ORDER BY g.group_id COLLATE "C"`,
  };
}
