import type { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { SIGNATURE_HEADER, type CommandMessage } from "#lib/domain/sagas/command-message.ts";
import { COMMAND_TOPIC } from "#lib/domain/sagas/saga-command.ts";
import { AppError } from "#lib/services/app-error.ts";
import { isKafkaError } from "#lib/services/broker-errors.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { askRecords } from "#lib/services/records/ask-records.ts";
import { signCommand } from "#lib/services/sagas/sign-command.ts";

/** The brokers are given this long for one command. */
const PRODUCE_LIMIT_MS = 20_000;

/** What is known of a command's record. `unsure`: the brokers did not say whether they have it. */
export type Written = {
  readonly state: "written" | "not-written" | "unsure";
  readonly reason: string | null;
};

/** Kinds that come before a record is handed to a broker, or with its refusal to take it. */
const SURELY_NOT: ReadonlySet<KafkaError["kind"]> = new Set([
  "read_only",
  "not_found",
  "authorization_failed",
  "authentication_failed",
]);

/**
 * refuseUnserved throws AppError `saga_command_unserved` where the cluster has no topic of commands: services make it
 * when they begin to take commands. Throws `cluster_unreachable`.
 */
export async function refuseUnserved(ctx: Pick<Ctx, "kafka" | "signal">, cluster: string): Promise<void> {
  const logs = await askRecords(ctx, { cluster, otherwise: "read_refused" }, (kafka, signal) =>
    kafka.topicLogs.read([COMMAND_TOPIC], signal),
  );
  if (logs.has(COMMAND_TOPIC)) return;
  const sentence = `The cluster ${cluster} has no topic ${COMMAND_TOPIC}: no service that takes commands has run there.`;
  throw new AppError("saga_command_unserved", sentence, { details: { cluster, topic: COMMAND_TOPIC } });
}

/**
 * produceCommand writes a signed command with the saga's id as its key, so that the commands of one saga keep their
 * order. It does not end with the request that asked for it: a caller who goes away leaves a whole record. Never
 * throws what a broker did; its answer says whether the record may be there.
 */
export async function produceCommand(
  { kafka, sagas }: Pick<Ctx, "kafka" | "sagas">,
  cluster: string,
  message: CommandMessage,
): Promise<Written> {
  if (sagas.commandKey === null) throw noKey();
  const value = Buffer.from(JSON.stringify(message), "utf8");
  const headers = { ...headersOf(message), [SIGNATURE_HEADER]: signCommand(value, sagas.commandKey) };
  const limit = AbortSignal.timeout(PRODUCE_LIMIT_MS);
  try {
    await kafka(cluster).produce(
      {
        ...{ topic: COMMAND_TOPIC, partition: null, key: Buffer.from(message.sagaId, "utf8"), value },
        headers: Object.entries(headers).map(([name, text]) => ({ name, value: Buffer.from(text, "utf8") })),
      },
      limit,
    );
    return { state: "written", reason: null };
  } catch (error) {
    if (limit.aborted) return { state: "unsure", reason: "The brokers did not answer in time." };
    if (!isKafkaError(error)) throw error;
    return { state: SURELY_NOT.has(error.kind) ? "not-written" : "unsure", reason: error.message };
  }
}

/** What every event of the kit carries: the commands that follow name this one as their cause. */
const headersOf = ({ commandId, issuedAt }: CommandMessage): Record<string, string> => ({
  "event-id": commandId,
  "event-type": COMMAND_TOPIC,
  "occurred-at": issuedAt,
  "correlation-id": commandId,
  producer: "sluice",
});

/** noKey says that the configuration holds no key: without one no service would believe a command. */
export const noKey = (): AppError =>
  new AppError(
    "saga_command_not_offered",
    "The configuration sets no sagas.commandKey, which signs commands: none can be sent.",
  );
