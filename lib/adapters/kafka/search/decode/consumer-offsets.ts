import { ByteReader } from "#lib/adapters/kafka/search/decode/byte-reader.ts";
import { DecodeError } from "#lib/adapters/kafka/search/decode/schema-lookup.ts";
import { writeJson } from "#lib/domain/records/json-text.ts";

/**
 * Types of the keys of `__consumer_offsets` as Kafka 4.3 names them (CoordinatorRecordType), with what follows the
 * type; 9 was never released.
 */
const KEY_TYPES: Readonly<Record<number, { name: string; fields: readonly string[] }>> = {
  0: { name: "offset-commit", fields: ["group", "topic", "partition"] },
  1: { name: "offset-commit", fields: ["group", "topic", "partition"] },
  2: { name: "group-metadata", fields: ["group"] },
  3: { name: "consumer-group-metadata", fields: ["group"] },
  4: { name: "consumer-group-partition-metadata", fields: ["group"] },
  5: { name: "consumer-group-member-metadata", fields: ["group", "member"] },
  6: { name: "consumer-group-target-assignment-metadata", fields: ["group"] },
  7: { name: "consumer-group-target-assignment-member", fields: ["group", "member"] },
  8: { name: "consumer-group-current-member-assignment", fields: ["group", "member"] },
  10: { name: "share-group-member-metadata", fields: ["group", "member"] },
  11: { name: "share-group-metadata", fields: ["group"] },
  12: { name: "share-group-target-assignment-metadata", fields: ["group"] },
  13: { name: "share-group-target-assignment-member", fields: ["group", "member"] },
  14: { name: "share-group-current-member-assignment", fields: ["group", "member"] },
  15: { name: "share-group-state-partition-metadata", fields: ["group"] },
  16: { name: "consumer-group-regular-expression", fields: ["group", "regex"] },
  17: { name: "streams-group-metadata", fields: ["group"] },
  18: { name: "streams-group-partition-metadata", fields: ["group"] },
  19: { name: "streams-group-member-metadata", fields: ["group", "member"] },
  20: { name: "streams-group-target-assignment-metadata", fields: ["group"] },
  21: { name: "streams-group-target-assignment-member", fields: ["group", "member"] },
  22: { name: "streams-group-current-member-assignment", fields: ["group", "member"] },
  23: { name: "streams-group-topology", fields: ["group"] },
};

/**
 * decodeConsumerOffsets is the JSON text of a key or value of `__consumer_offsets`. Commits and the metadata of classic
 * groups are read whole; of other values the version and the bytes are shown. Throws {@link DecodeError}.
 */
export function decodeConsumerOffsets(bytes: Buffer, part: "key" | "value", key: Buffer | null): string {
  if (part === "key") return writeJson(readKey(new ByteReader(bytes)));
  const type = key === null || key.length < 2 ? null : key.readInt16BE(0);
  const reader = new ByteReader(bytes);
  if (type === 0 || type === 1) return writeJson(readCommit(reader));
  if (type === 2) return writeJson(readGroup(reader));
  const name = type === null ? undefined : KEY_TYPES[type]?.name;
  if (name === undefined) throw new DecodeError("The key does not tell what the value is.");
  return writeJson({ type: name, version: reader.int16(), bytes: reader.take(reader.left).toString("hex") });
}

function readKey(reader: ByteReader): Record<string, unknown> {
  const type = reader.int16();
  const known = KEY_TYPES[type];
  if (known === undefined) throw new DecodeError(`The key's type ${type} is not known.`);
  const read: Record<string, unknown> = { type: known.name };
  for (const field of known.fields)
    read[field] = field === "partition" ? reader.int32() : reader.utf8(reader.int16());
  if (reader.left > 0) throw new DecodeError(`${reader.left} bytes are left behind the key.`);
  return read;
}

/** OffsetCommitValue: offset, leader_epoch (3+), metadata, commit_timestamp, expire_timestamp (1 only); 4+ compact. */
function readCommit(reader: ByteReader): Record<string, unknown> {
  const version = versionOf(reader);
  const text = textReader(reader, version >= 4);
  return {
    version,
    offset: reader.int64(),
    ...(version >= 3 ? { leaderEpoch: reader.int32() } : {}),
    metadata: text(),
    commitTimestamp: reader.int64(),
    ...(version === 1 ? { expireTimestamp: reader.int64() } : {}),
  };
}

/** GroupMetadataValue: protocol_type generation protocol leader current_state_timestamp (2+) [members]; 4+ compact. */
function readGroup(reader: ByteReader): Record<string, unknown> {
  const version = versionOf(reader);
  const compact = version >= 4;
  const text = textReader(reader, compact);
  return {
    version,
    protocolType: text(),
    generation: reader.int32(),
    protocol: text(),
    leader: text(),
    ...(version >= 2 ? { currentStateTimestamp: reader.int64() } : {}),
    members: listOf(reader, compact, () => readMember(reader, version)),
  };
}

function readMember(reader: ByteReader, version: number): Record<string, unknown> {
  const compact = version >= 4;
  const text = textReader(reader, compact);
  const member = {
    memberId: text(),
    ...(version >= 3 ? { groupInstanceId: text() } : {}),
    clientId: text(),
    clientHost: text(),
    ...(version >= 1 ? { rebalanceTimeoutMs: reader.int32() } : {}),
    sessionTimeoutMs: reader.int32(),
    subscriptionBytes: skipBytes(reader, compact),
    assignmentBytes: skipBytes(reader, compact),
  };
  if (compact) skipTags(reader);
  return member;
}

function versionOf(reader: ByteReader): number {
  const version = reader.int16();
  if (version < 0 || version > 4) throw new DecodeError(`The value's version ${version} is not known.`);
  return version;
}

/** Kafka's nullable strings: a length in two bytes, -1 for null; compact: one more than the length, 0 for null. */
function textReader(reader: ByteReader, compact: boolean): () => string | null {
  return () => {
    const length = compact ? reader.count(reader.varint()) - 1 : reader.int16();
    return length < 0 ? null : reader.utf8(length);
  };
}

function listOf<T>(reader: ByteReader, compact: boolean, read: () => T): T[] {
  const length = compact ? reader.count(reader.varint()) - 1 : reader.int32();
  if (length > reader.left)
    throw new DecodeError(`A list tells ${length} members, and ${reader.left} bytes are left.`);
  return Array.from({ length: Math.max(0, length) }, read);
}

function skipBytes(reader: ByteReader, compact: boolean): number {
  const length = compact ? reader.count(reader.varint()) - 1 : reader.int32();
  return reader.take(Math.max(0, length)).length;
}

function skipTags(reader: ByteReader): void {
  for (let tags = reader.varint(); tags > 0n; tags -= 1n) {
    reader.varint();
    reader.take(reader.count(reader.varint()));
  }
}
