import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { produceRecord as contract } from "#lib/contracts/records.ts";
import type { NewRecord } from "#lib/domain/records/new-record.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { refuseReadOnly } from "#lib/services/offset-resets/refuse-read-only.ts";
import { askRecords } from "#lib/services/records/ask-records.ts";
import { topicsThere } from "#lib/services/records/topics-there.ts";

type Given = InputOf<typeof contract>["body"]["value"];

/**
 * produceRecord writes one record and answers where it lies. Throws `topic_unknown`, `request_invalid` for a partition
 * that the topic has not or text that is no Base64, `cluster_read_only`, `produce_refused` with the broker's own
 * refusal, `cluster_unreachable`: the record may then have been written.
 */
export async function produceRecord(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const cluster = clusterOf(ctx, input.params.cluster);
  refuseReadOnly(cluster);
  const record = recordOf(input.body);
  const { topic, partition } = record;
  const log = (await topicsThere(ctx, cluster.id, [topic])).get(topic);
  const count = log?.partitions.length ?? 0;
  if (partition !== null && partition >= count)
    throw invalid("partition", `The topic ${topic} has no partition ${partition}.`, `must be below ${count}`);
  const asking = { cluster: cluster.id, otherwise: "produce_refused" } as const;
  const produced = await askRecords(ctx, asking, (kafka, signal) => kafka.produce(record, signal));
  ctx.log.info({ cluster: cluster.id, topic, partition: produced.partition }, "a record was produced");
  return produced;
}

function recordOf({ topic, partition, key, value, headers }: InputOf<typeof contract>["body"]): NewRecord {
  return {
    topic,
    partition,
    key: bytesOf(key, "key"),
    value: bytesOf(value, "value"),
    headers: headers.map((header, index) => ({
      name: header.name,
      value: bytesOf(header.value, `headers.${index}.value`),
    })),
  };
}

function bytesOf(given: Given, name: string): Uint8Array | null {
  if (given === null) return null;
  if (given.encoding === "utf8") return Buffer.from(given.text, "utf8");
  const text = given.text.replaceAll(/\s/g, "");
  // Node reads whatever looks like Base64 and leaves the rest out without a word.
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(text))
    throw invalid(name, "The text is not Base64.", "must be Base64");
  return Buffer.from(text, "base64");
}

function invalid(name: string, message: string, reason: string): AppError {
  return new AppError("request_invalid", message, { invalidParams: [{ name, in: "body", reason }] });
}
