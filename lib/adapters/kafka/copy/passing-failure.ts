import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { readOffsets } from "#lib/adapters/kafka/read-offsets.ts";
import type { ScanFailure } from "#lib/adapters/kafka/scan/types.ts";
import { leadersOf } from "#lib/adapters/kafka/topics-of-metadata.ts";

/** readingError is what a part that could not be read ends with: a missing right by its name, else `kind`. */
export function readingError(
  { reason }: Pick<ScanFailure, "reason">,
  kind: "unreachable" | "unknown",
  what = "",
): KafkaError {
  return reason.includes("AUTHORIZATION_FAILED")
    ? new KafkaError("authorization_failed", `${what}${reason} Sluice needs the right READ on it.`)
    : new KafkaError(kind, `${what}${reason}`);
}

/**
 * refusePassing throws KafkaError for a failure that takes nothing away: a right is missing (`authorization_failed`), no
 * leader answers (`unreachable`), or an open transaction holds records back that are there (`timeout`). What it returns
 * from is gone for good.
 */
export async function refusePassing(
  links: ClusterLinks,
  { failure, toOffset }: { failure: ScanFailure; toOffset: bigint },
  signal: AbortSignal,
): Promise<void> {
  const { kind, topic, partition, reason } = failure;
  if (kind === "unreachable") throw readingError(failure, "unreachable");
  if (kind !== "truncated") return;
  const leaders = leadersOf(await links.metadata([topic], signal));
  const at = { brokers: links.brokers(), signal };
  const read = await readOffsets("end", new Map([[topic, leaders.get(topic) ?? []]]), at);
  const end = read.offsets.get(topic)?.[partition] ?? null;
  if (end === null) throw new KafkaError("unreachable", `topic ${topic} ${partition}: its end is not told.`);
  if (end >= toOffset) throw new KafkaError("timeout", reason);
}
