import { expect, test } from "vitest";
import { evidenceLink } from "#components/sagas/evidence-href.ts";
import { paths } from "#lib/contracts/paths.ts";
import { sagaIdOf, type StuckEvidence } from "#lib/domain/sagas/saga.ts";

const cluster = "demo";
const group = { kind: "group", cluster, group: "a/b c%d" } as const;

test.each<[StuckEvidence, string, string]>([
  [{ kind: "dead-letter", cluster, id: "d1" }, paths.deadLetter(cluster, "d1"), "the dead letter"],
  [
    { ...group, lag: 18_204, levelInMs: 300_000 },
    paths.group(cluster, group.group),
    "group a/b c%d (18,204 records behind, level in 5 m)",
  ],
  [
    { ...group, lag: 5, levelInMs: null },
    paths.group(cluster, group.group),
    "group a/b c%d (5 records behind)",
  ],
  [{ ...group, lag: null, levelInMs: null }, paths.group(cluster, group.group), "group a/b c%d"],
  [
    { kind: "record", cluster, topic: "t", partition: 2, offset: 12_480n },
    paths.record(cluster, { topic: "t", partition: 2, offset: 12_480n }),
    "record t 2 at 12,480",
  ],
  [{ kind: "topic", cluster, topic: "t" }, paths.topic(cluster, "t"), "topic t"],
  [
    { kind: "saga", id: sagaIdOf("shop", "order", "o~1") },
    paths.saga(sagaIdOf("shop", "order", "o~1")),
    "saga order o~1",
  ],
])("evidence %# leads to its page", (evidence, href, words) => {
  expect(evidenceLink(evidence)).toEqual({ href, words });
});
