import type { BrokerLink } from "#lib/adapters/kafka/broker-link.ts";
import { speakNewest } from "#lib/adapters/kafka/cluster-links.ts";
import { toKafkaError } from "#lib/adapters/kafka/errors.ts";
import { nameOf } from "#lib/adapters/kafka/read-groups.ts";
import { SHARE_OFFSETS_VERSIONS, type ShareOffsetsAnswer } from "#lib/adapters/kafka/share-group-offsets.ts";
import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { ObservedGroup, SharePosition } from "#lib/domain/sweep/observation.ts";

/** GROUP_ID_NOT_FOUND: the group ended since it was listed. */
const GONE = 69;
const NOWHERE: SharePosition = { start: null, lag: null };

/**
 * readShares asks the coordinator of each share group where the group stands: one request a broker that has any. The
 * answer names the groups that told; one that could not is a failure.
 */
export async function readShares(
  groups: readonly ObservedGroup[],
  { brokers, signal, failures }: ReadSharesOptions,
): Promise<Map<string, ReadonlyMap<string, readonly SharePosition[]>>> {
  const result = new Map<string, ReadonlyMap<string, readonly SharePosition[]>>();
  const byCoordinator = new Map<number, string[]>();
  for (const { id, kind, coordinatorId } of groups) {
    if (kind !== "share") continue;
    const ids = byCoordinator.get(coordinatorId);
    if (ids === undefined) byCoordinator.set(coordinatorId, [id]);
    else ids.push(id);
  }
  await Promise.all(
    [...byCoordinator].map(async ([brokerId, ids]) => {
      const link = brokers.get(brokerId);
      if (link === undefined) return;
      try {
        const answer = await speakNewest(link, SHARE_OFFSETS_VERSIONS, { args: [ids], signal });
        for (const group of answer.groups) {
          if (group.errorCode === 0) result.set(group.groupId, positionsOf(group.topics));
          else if (group.errorCode !== GONE) {
            const reason = `Its offsets cannot be read (${nameOf(group.errorCode)}).`;
            failures.push({ subject: `group ${group.groupId}`, reason });
          }
        }
      } catch (error) {
        signal.throwIfAborted();
        const reason = toKafkaError(error, link.address).message;
        failures.push({ subject: `offsets of ${ids.length} share groups`, reason });
      }
    }),
  );
  return result;
}

interface ReadSharesOptions {
  brokers: ReadonlyMap<number, BrokerLink>;
  signal: AbortSignal;
  failures: PartialFailure[];
}

type ShareTopics = ShareOffsetsAnswer["groups"][number]["topics"];

function positionsOf(topics: ShareTopics): Map<string, readonly SharePosition[]> {
  const positions = new Map<string, readonly SharePosition[]>();
  for (const { topic, partitions } of topics) {
    const ofTopic: SharePosition[] = [];
    for (const { partition, startOffset, lag, errorCode } of partitions) {
      while (ofTopic.length <= partition) ofTopic.push(NOWHERE);
      if (errorCode !== 0) continue;
      ofTopic[partition] = {
        start: startOffset < 0n ? null : startOffset,
        lag: lag < 0n ? null : Number(lag),
      };
    }
    positions.set(topic, ofTopic);
  }
  return positions;
}
