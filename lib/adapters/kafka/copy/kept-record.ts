import type { RecordHeader, RecordView } from "#lib/adapters/kafka/scan/types.ts";

/** keptRecord is a record with bytes of its own, so that it does not hold its whole batch in memory. */
export function keptRecord(record: RecordView): RecordView {
  const { offset, timestamp, key, value, headers, sizeBytes, transactional, stampedBy } = record;
  const bytes = Buffer.allocUnsafeSlow(sizeBytes);
  let at = 0;
  const keep = (part: Buffer): Buffer => {
    const from = at;
    at += part.copy(bytes, at);
    return bytes.subarray(from, at);
  };
  const keepOrNull = (part: Buffer | null): Buffer | null => (part === null ? null : keep(part));
  return {
    ...{ offset, timestamp, sizeBytes, transactional, stampedBy },
    key: keepOrNull(key),
    value: keepOrNull(value),
    headers: headers.map(({ name, nameBytes, value: ofHeader }): RecordHeader => ({
      name,
      nameBytes: keep(nameBytes),
      value: keepOrNull(ofHeader),
    })),
  };
}
