import type { ChoreographyMap } from "#lib/domain/sagas/choreography.ts";
import type { Saga, SagaStep } from "#lib/domain/sagas/saga.ts";
import type { AwaitedMessage } from "#lib/domain/sagas/stuck.ts";

/** What a stuck saga waits for, and by what its messages are found. */
export interface Awaited {
  readonly message: AwaitedMessage | null;
  /** The ids of the message, of earlier attempts too. */
  readonly eventIds: readonly string[];
  /** Topics of the message and of what answers it. */
  readonly topics: readonly string[];
  /** The key of its records; null where nobody tells. */
  readonly key: string | null;
}

const NOTHING: Awaited = { message: null, eventIds: [], topics: [], key: null };

/** awaitedOf is the command that an orchestrated saga waits for the answer of; `replies` are the topics of its answers. */
export function awaitedOf(saga: Saga, replies: readonly string[]): Awaited {
  const step = saga.steps.find(({ name }) => name === saga.step);
  if (step === undefined) return NOTHING;
  const undoing = step.state === "compensating" || step.state === "compensation-failed";
  const topic = undoing ? step.compensation : step.commandTopic;
  const attempts = saga.journal.flatMap((entry) =>
    entry.step === step.name && entry.eventId !== null && isSent(entry.kind) ? [entry.eventId] : [],
  );
  const { service, dueAt, commandId } = step;
  const sentAt = undoing || (step.attempts ?? 0) > 1 ? attemptBefore(step) : step.sentAt;
  return {
    message: topic === null ? null : { topic, service, sentAt, dueAt, record: null },
    eventIds: [...new Set([...(commandId === null ? [] : [commandId]), ...attempts])],
    topics: [...(topic === null ? [] : [topic]), ...replies],
    // Only the kit counts versions, and it keys commands and answers by the saga's id.
    key: saga.version === null ? null : saga.sagaId,
  };
}

/**
 * When the command was sent before its last attempt, at the latest: a resend follows a time-out. What a group has read is
 * known as of the last sweep, which a resend a moment ago is too young for.
 */
function attemptBefore({ sentAt, dueAt }: SagaStep): number | null {
  return sentAt === null || dueAt === null ? sentAt : sentAt - Math.max(0, dueAt - sentAt);
}

const isSent = (kind: Saga["journal"][number]["kind"]): boolean =>
  kind === "command-sent" || kind === "compensation-sent";

/** awaitedEventOf is the event of a choreography that none of its next events has followed. */
export function awaitedEventOf(
  saga: Saga,
  map: ChoreographyMap,
  producers: ReadonlyMap<string, string>,
): Awaited {
  const { next } = saga;
  if (next === null) return NOTHING;
  for (const rule of map.rules.filter((each) => each.next.includes(next.topic))) {
    const opener = saga.journal.find(
      ({ topic, at, kind }) =>
        topic === rule.event && kind !== "duplicate" && at !== null && at + rule.withinMs === next.dueAt,
    );
    if (opener === undefined) continue;
    const service = rule.next.map((topic) => producers.get(topic)).find((each) => each !== undefined);
    return {
      message: {
        ...{ topic: rule.event, service: service ?? null, sentAt: opener.at, dueAt: next.dueAt },
        record: opener.record,
      },
      eventIds: opener.eventId === null ? [] : [opener.eventId],
      topics: [rule.event, ...rule.next],
      key: null,
    };
  }
  return NOTHING;
}
