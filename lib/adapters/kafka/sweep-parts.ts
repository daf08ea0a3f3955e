import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { heldBack } from "#lib/adapters/kafka/held-back.ts";
import { readMembers, type MembersRead } from "#lib/adapters/kafka/read-members.ts";
import { readOffsets } from "#lib/adapters/kafka/read-offsets.ts";
import { readShares } from "#lib/adapters/kafka/read-shares.ts";
import { readConfigs, readSizes, type ConfigsRead } from "#lib/adapters/kafka/read-topic-facts.ts";
import { readTransactions } from "#lib/adapters/kafka/read-transactions.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type {
  ClusterObservation,
  ObservedGroup,
  ObservedStables,
  ObservedTopic,
  SweepPart,
} from "#lib/domain/sweep/observation.ts";

/** What a sweep is asked for beyond its core, and where it puts what failed. */
interface Asking {
  readonly links: ClusterLinks;
  readonly parts: ReadonlySet<SweepPart>;
  readonly signal: AbortSignal;
  readonly failures: PartialFailure[];
}

/** What the core of the sweep saw. `stables` is null where it did not ask; `still` is when it last did. */
interface Core {
  readonly topics: ReadonlyMap<string, ObservedTopic>;
  readonly groups: readonly ObservedGroup[];
  readonly stables: ObservedStables | null;
  readonly still: ObservedStables;
}

type SlowParts = Pick<
  ClusterObservation,
  "groups" | "members" | "starts" | "transactions" | "configs" | "offsetsRetentionMs" | "sizes"
>;

/**
 * describeSlowParts reads members, share offsets, start offsets, open transactions, configs and sizes: each is null
 * where this sweep does not ask for it.
 */
export async function describeSlowParts(asking: Asking, core: Core): Promise<SlowParts> {
  const { links, parts, signal, failures } = asking;
  const brokers = links.brokers();
  const leaders = new Map([...core.topics].map(([name, topic]) => [name, topic.partitions]));
  // Soonest after the offsets that tell of them.
  const transactions =
    core.stables === null
      ? null
      : await readTransactions(heldBack(core.stables, { ...core, failures }), { brokers, signal, failures });
  const members: MembersRead | null = parts.has("members")
    ? await readMembers(core.groups, { brokers, topics: leaders, signal })
    : null;
  const shares = parts.has("shares")
    ? await readShares(core.groups, { brokers, signal, failures })
    : new Map<string, NonNullable<ObservedGroup["shares"]>>();
  const starts = parts.has("starts") ? await readOffsets("start", leaders, { brokers, signal }) : null;
  failures.push(...(members?.failures ?? []), ...(starts?.failures ?? []));
  const configs = parts.has("configs") ? await configsOf(asking, [...core.topics.keys()]) : null;
  return {
    groups: core.groups.map((group) => ({ ...group, shares: shares.get(group.id) ?? null })),
    members: members?.members ?? null,
    starts: starts?.offsets ?? null,
    transactions,
    configs: configs?.topics ?? null,
    offsetsRetentionMs: configs?.offsetsRetentionMs ?? null,
    sizes: parts.has("sizes") ? await readSizes(brokers, null, { signal, failures }) : null,
  };
}

async function configsOf(
  { links, signal, failures }: Asking,
  topics: readonly string[],
): Promise<ConfigsRead | null> {
  for (const [id, link] of links.brokers()) {
    try {
      return await readConfigs({ id, link }, topics, { signal, failures });
    } catch (error) {
      signal.throwIfAborted();
      failures.push({ subject: "topic configs", reason: toKafkaError(error, link.address).message });
    }
  }
  return null;
}
