import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { readGroups, type GroupsRead } from "#lib/adapters/kafka/read-groups.ts";
import { readOffsets, type OffsetsRead } from "#lib/adapters/kafka/read-offsets.ts";
import { describeSlowParts } from "#lib/adapters/kafka/sweep-parts.ts";
import { layoutOf, topicsOf, type Layout } from "#lib/adapters/kafka/topics-of-metadata.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { ClusterObservation, ObservedStables, SweepPart } from "#lib/domain/sweep/observation.ts";

/** What a sweeper keeps between two sweeps: the metadata, and what tells that it is out of date. */
interface Memory {
  layout: Layout | null;
  stale: boolean;
  /** Topics with commits that a fresh metadata did not name. */
  orphans: Set<string>;
  /** End offsets of the last sweep: an end that went back means a re-created or truncated topic. */
  ends: ReadonlyMap<string, readonly (bigint | null)[]>;
  /** Last stable offsets when they were last read: one that stands still is looked at first. */
  stables: ObservedStables;
}

interface Now {
  links: ClusterLinks;
  memory: Memory;
  parts: ReadonlySet<SweepPart>;
  signal: AbortSignal;
  now: () => number;
  failures: PartialFailure[];
}

/** Sweeper sweeps one cluster, one sweep at a time. */
export interface Sweeper {
  /** Throws {@link KafkaError} when no broker answers at all. */
  sweep(parts: ReadonlySet<SweepPart>, signal: AbortSignal): Promise<ClusterObservation>;
  /** The layout of the last sweep; asks for one when there is none. */
  layout(signal: AbortSignal): Promise<Layout>;
}

/** makeSweeper makes a sweeper over `links`; `now` is epoch ms. */
export function makeSweeper(links: ClusterLinks, now: () => number): Sweeper {
  const memory: Memory = {
    layout: null,
    stale: true,
    orphans: new Set(),
    ends: new Map(),
    stables: new Map(),
  };
  return {
    async sweep(parts, signal) {
      const requestsBefore = links.requests;
      const startedAt = now();
      try {
        const failures: PartialFailure[] = [];
        const seen = await observe({ links, memory, parts, signal, now, failures });
        return {
          ...seen,
          failures: withoutTwins(failures),
          durationMs: now() - startedAt,
          requests: links.requests - requestsBefore,
        };
      } catch (error) {
        memory.stale = true;
        links.forget();
        throw error;
      }
    },
    layout: (signal) =>
      memory.layout === null ? refresh({ links, memory, signal }) : Promise.resolve(memory.layout),
  };
}

async function observe(run: Now): Promise<Omit<ClusterObservation, "durationMs" | "requests" | "failures">> {
  const { links, memory, parts, signal } = run;
  let layout =
    memory.layout === null || memory.stale || parts.has("metadata") ? await refresh(run) : memory.layout;
  // Commits first, ends after: a lag is then overstated at worst, never negative.
  const read = await readGroups(links.brokers(), signal);
  run.failures.push(...read.failures);
  if (read.errors.length > 0 && read.errors.length === links.brokers().size) throw firstOf(read.errors);
  if (read.errors.length > 0) memory.stale = true;
  if (namesUnknownTopic(read, layout, memory)) layout = await refreshFor(run, read);
  const at = run.now();
  // Last stable offsets before ends, for the same reason.
  const stables = parts.has("stables") ? await readStables(run, layout) : null;
  const ends = await readEnds(run, layout);
  const { metadata } = ends.layout;
  const topics = topicsOf(ends.layout, ends.read);
  const still = memory.stables;
  const sameTopics = stables === null ? null : ofSameTopics(stables, layout, ends.layout);
  if (sameTopics !== null) memory.stables = sameTopics;
  const described = await describeSlowParts(run, { topics, groups: read.groups, stables: sameTopics, still });
  return {
    at,
    kafkaClusterId: metadata.clusterId ?? null,
    controllerId: metadata.controllerId < 0 ? null : metadata.controllerId,
    brokers: metadata.brokers.map(({ nodeId, host, port, rack }) => ({
      id: nodeId,
      host,
      port,
      rack: rack ?? null,
    })),
    topics,
    groupsComplete: read.complete,
    stables: sameTopics,
    ...described,
  };
}

async function refresh({ links, memory, signal }: Pick<Now, "links" | "memory" | "signal">): Promise<Layout> {
  const layout = layoutOf(await links.metadata(null, signal));
  memory.layout = layout;
  memory.stale = false;
  return layout;
}

/** Says whether a commit names a topic that is younger than the metadata. */
function namesUnknownTopic({ groups }: GroupsRead, { ids }: Layout, { orphans }: Memory): boolean {
  for (const { commits } of groups) {
    for (const topic of commits?.keys() ?? []) if (!ids.has(topic) && !orphans.has(topic)) return true;
  }
  return false;
}

async function refreshFor(run: Now, { groups }: GroupsRead): Promise<Layout> {
  const layout = await refresh(run);
  const committed = new Set(groups.flatMap((group) => [...(group.commits?.keys() ?? [])]));
  run.memory.orphans = new Set([...committed].filter((topic) => !layout.ids.has(topic)));
  return layout;
}

async function readStables({ links, signal, failures }: Now, { leaders }: Layout): Promise<ObservedStables> {
  const read = await readOffsets("stable", leaders, { brokers: links.brokers(), signal });
  failures.push(...read.failures);
  return read.offsets;
}

/** A topic that was made anew between the two readings has no last stable offset that goes with its end. */
function ofSameTopics(stables: ObservedStables, before: Layout, after: Layout): ObservedStables {
  if (before === after) return stables;
  return new Map([...stables].filter(([topic]) => before.ids.get(topic) === after.ids.get(topic)));
}

/** Reads the end offsets; once more with fresh metadata when an answer or an end that went back calls for it. */
async function readEnds(run: Now, layout: Layout): Promise<{ layout: Layout; read: OffsetsRead }> {
  const { links, memory, signal } = run;
  let read = await readOffsets("end", layout.leaders, { brokers: links.brokers(), signal });
  let used = layout;
  if (read.stale || wentBack(read, memory)) {
    used = await refresh(run);
    read = await readOffsets("end", used.leaders, { brokers: links.brokers(), signal });
    if (read.stale) memory.stale = true;
  }
  memory.ends = read.offsets;
  run.failures.push(...read.failures);
  return { layout: used, read };
}

function wentBack({ offsets }: OffsetsRead, memory: Memory): boolean {
  for (const [topic, ends] of offsets) {
    const before = memory.ends.get(topic);
    if (before?.some((end, partition) => end !== null && (ends[partition] ?? end) < end) === true)
      return true;
  }
  return false;
}

/** Two readings of one sweep may miss the same thing for the same reason. */
function withoutTwins(failures: readonly PartialFailure[]): PartialFailure[] {
  return [...new Map(failures.map((each) => [`${each.subject}\n${each.reason}`, each])).values()];
}

function firstOf(errors: readonly KafkaError[]): KafkaError {
  return errors[0] ?? new KafkaError("unknown", "No broker answered.");
}
