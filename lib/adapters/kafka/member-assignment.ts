/**
 * decodeAssignment reads the assignment that the `consumer` protocol of classic groups puts into a member's bytes
 * (ConsumerProtocolAssignment, versions 0 to 3: version int16, [topic string, [partition int32]], user data). Bytes
 * that are cut short or of another protocol are null.
 */
export function decodeAssignment(bytes: Buffer): { topic: string; partitions: number[] }[] | null {
  if (bytes.length === 0) return [];
  let at = 2;
  const take = (length: number): number | null => {
    if (length < 0 || at + length > bytes.length) {
      at = bytes.length;
      return null;
    }
    at += length;
    return at - length;
  };
  const int32 = (): number | null => {
    const from = take(4);
    return from === null ? null : bytes.readInt32BE(from);
  };
  const topicCount = int32();
  if (topicCount === null || topicCount < 0) return null;
  const assignments: { topic: string; partitions: number[] }[] = [];
  for (let i = 0; i < topicCount; i += 1) {
    const lengthAt = take(2);
    const length = lengthAt === null ? -1 : bytes.readInt16BE(lengthAt);
    const nameAt = take(length);
    const partitionCount = int32();
    if (nameAt === null || partitionCount === null || take(partitionCount * 4) === null) return null;
    const first = at - partitionCount * 4;
    const partitions = Array.from({ length: partitionCount }, (_, n) => bytes.readInt32BE(first + n * 4));
    assignments.push({
      topic: bytes.toString("utf8", nameAt, nameAt + length),
      partitions: partitions.sort((a, b) => a - b),
    });
  }
  return assignments;
}
