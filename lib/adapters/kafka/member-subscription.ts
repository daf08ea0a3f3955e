import type { GroupMember } from "#lib/domain/groups/group.ts";

/** What a member asked to read: topics by name, or all that a regular expression (RE2) matches. */
interface Subscription {
  topics: readonly string[];
  pattern: string | null;
}

/** A member as its broker describes it. */
type DescribedMember = Omit<GroupMember, "pattern" | "waitsFor"> & { subscription: Subscription };

/**
 * decodeSubscription reads the topics that the `consumer` protocol of classic groups puts into a member's metadata
 * (ConsumerProtocolSubscription, versions 0 to 3: version int16, [topic string], then what is not read here). Bytes that
 * are cut short or of another protocol name no topic.
 */
export function decodeSubscription(bytes: Buffer): string[] {
  return readTopics(bytes)?.topics ?? [];
}

/** subscriptionReader is {@link decodeSubscription} for the members of one group, most of which name the same topics. */
export function subscriptionReader(): (bytes: Buffer) => readonly string[] {
  let last: { bytes: Buffer; topics: string[] } | null = null;
  return (bytes) => {
    if (last !== null && bytes.subarray(0, last.bytes.length).equals(last.bytes)) return last.topics;
    const read = readTopics(bytes);
    if (read === null) return [];
    last = { bytes: bytes.subarray(0, read.end), topics: read.topics };
    return read.topics;
  };
}

/** The topics, and where what follows them begins; null where there are none to be read. */
function readTopics(bytes: Buffer): { topics: string[]; end: number } | null {
  if (bytes.length < 6) return null;
  const count = bytes.readInt32BE(2);
  const topics: string[] = [];
  let at = 6;
  while (topics.length < count) {
    if (at + 2 > bytes.length) return null;
    const length = bytes.readInt16BE(at);
    at += 2;
    if (length < 0 || at + length > bytes.length) return null;
    topics.push(bytes.toString("utf8", at, at + length));
    at += length;
  }
  return { topics, end: at };
}

/**
 * withSubscriptions keeps of the subscriptions of a group what its assignments do not tell: patterns, and topics that no
 * member owns, each once. So a thousand members that name the same topics take no more room for it.
 */
export function withSubscriptions(members: readonly DescribedMember[]): GroupMember[] {
  const told = new Set(members.flatMap(({ assignments }) => assignments.map(({ topic }) => topic)));
  return members.map(({ subscription: { topics, pattern }, ...member }) => {
    const waitsFor = [...new Set(topics.filter((topic) => !told.has(topic)))].sort();
    for (const topic of waitsFor) told.add(topic);
    return { ...member, pattern: pattern === "" ? null : pattern, waitsFor };
  });
}
