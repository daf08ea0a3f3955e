import type { Saga, SagaRecord, SagaStuck, StuckEvidence, StuckKind } from "#lib/domain/sagas/saga.ts";
import { durationPhrase, recordsPhrase } from "#lib/domain/time/phrase.ts";

/** The message that a saga waits for the handling of: a command, or an event of a choreography. */
export interface AwaitedMessage {
  readonly topic: string;
  /** Who handles it; null where nobody tells. */
  readonly service: string | null;
  /** Epoch ms; null where it is not known. */
  readonly sentAt: number | null;
  readonly record: SagaRecord | null;
  /** When the answer was due. */
  readonly dueAt: number | null;
}

/** An open dead letter of the saga's messages. */
interface FoundDeadLetter {
  readonly id: string;
  readonly topic: string;
  readonly originTopic: string | null;
  readonly group: string | null;
  readonly causeClass: string | null;
  /** Epoch ms. */
  readonly at: number;
}

/** A message of the saga that has not left an outbox. */
interface FoundUnsent {
  readonly database: string;
  readonly topic: string;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly attempts: number;
}

/** A group that reads the topic of the message. */
export interface FoundGroup {
  readonly group: string;
  readonly memberCount: number;
  /** Records of that topic; null where it is not known. */
  readonly lag: number | null;
  readonly levelInMs: number | null;
  /** Whether it has committed past the message. */
  readonly read: "yes" | "no" | "unknown";
  /** When its commit last moved there, epoch ms; null where it was never seen to. */
  readonly movedAt: number | null;
}

/** All that was looked up about one saga that does not go on. */
export interface StuckFacts {
  readonly saga: Saga;
  /** Epoch ms. */
  readonly now: number;
  /** null where the source does not tell what it waits for. */
  readonly awaited: AwaitedMessage | null;
  readonly deadLetters: readonly FoundDeadLetter[];
  readonly unsent: readonly FoundUnsent[];
  readonly groups: readonly FoundGroup[];
  /** The group of the service that owns it, with its members; null where there is none of its name. */
  readonly owner: { readonly group: string; readonly memberCount: number } | null;
}

/**
 * decideStuck says why a saga does not go on: of what was found the strongest evidence, in the order of STUCK_KINDS, else
 * what its source told. null for a saga that goes on or has ended.
 */
export function decideStuck(facts: StuckFacts): SagaStuck | null {
  const { saga } = facts;
  if (saga.endedAt !== null || (saga.stuck === null && saga.state !== "stuck")) return null;
  return (
    byDeadLetter(facts) ??
    byOwnSource(facts, ["refused", "compensation-failed"]) ??
    byOutbox(facts) ??
    byOwnSource(facts, ["lock"]) ??
    byGroup(facts) ??
    byTimer(facts) ??
    byMissingEvent(facts) ??
    byMissingReply(facts)
  );
}

const ago = ({ now }: StuckFacts, at: number): string => durationPhrase(now - at);

function stuckOf(
  { saga }: StuckFacts,
  kind: StuckKind,
  told: Pick<SagaStuck, "sentence" | "sinceAt" | "evidence">,
): SagaStuck {
  return { kind, step: saga.step, ...told };
}

/** The topic or the record of the awaited message. */
function messageEvidence({ saga, awaited }: StuckFacts): StuckEvidence[] {
  if (awaited === null) return [];
  if (awaited.record !== null) return [{ kind: "record", ...awaited.record }];
  return saga.cluster === null ? [] : [{ kind: "topic", cluster: saga.cluster, topic: awaited.topic }];
}

/**
 * Whether a group may be the one that is waited for: that of the service's name (or of the owning service, which reads
 * the answers), or the only one that reads the topic. Of several without such a name nobody knows which one it is, and
 * what holds up another one holds up no saga.
 */
function isConcerned({ awaited, saga, groups }: StuckFacts, group: string | null): boolean {
  const service = awaited?.service ?? null;
  if (group === null || group === service) return true;
  // The owning service may read the answers in a group of its own: `fulfilment-saga`.
  if (saga.service !== null && (group === saga.service || group.startsWith(`${saga.service}-`))) return true;
  return groups.length === 0 ? service === null : groups.every((each) => each.group === group);
}

function byDeadLetter(facts: StuckFacts): SagaStuck | null {
  const { saga, deadLetters } = facts;
  if (saga.cluster === null) return null;
  const { cluster } = saga;
  const found = deadLetters
    .filter(({ group }) => isConcerned(facts, group))
    .toSorted((a, b) => b.at - a.at)[0];
  if (found === undefined) return null;
  const what = found.originTopic ?? "Its message";
  const who = found.group === null ? "" : ` by ${found.group}`;
  const why = found.causeClass === null ? "" : ` (${found.causeClass})`;
  return stuckOf(facts, "dead-letter", {
    sentence: `${what} could not be handled${who}${why}: it lies in ${found.topic} since ${ago(facts, found.at)}.`,
    sinceAt: found.at,
    evidence: [{ kind: "dead-letter", cluster, id: found.id }, ...messageEvidence(facts)],
  });
}

function byOwnSource(facts: StuckFacts, kinds: readonly StuckKind[]): SagaStuck | null {
  const { saga, awaited } = facts;
  if (saga.stuck === null || !kinds.includes(saga.stuck.kind)) return null;
  const step = saga.steps.find(({ name }) => name === saga.step);
  return stuckOf(facts, saga.stuck.kind, {
    sentence: saga.stuck.sentence,
    sinceAt: step?.endedAt ?? awaited?.dueAt ?? saga.updatedAt,
    evidence: messageEvidence(facts),
  });
}

function byOutbox(facts: StuckFacts): SagaStuck | null {
  const { saga } = facts;
  const oldest = facts.unsent.toSorted((a, b) => a.createdAt - b.createdAt)[0];
  if (oldest === undefined || saga.cluster === null) return null;
  const { topic, database, createdAt, attempts } = oldest;
  const tried =
    attempts === 0
      ? "nothing has tried to send it: does its relay run?"
      : `it was refused ${attempts} ${attempts === 1 ? "time" : "times"}.`;
  return stuckOf(facts, "outbox", {
    sentence: `${topic} waits in the outbox of ${database} since ${ago(facts, createdAt)}, and ${tried}`,
    sinceAt: createdAt,
    evidence: [{ kind: "topic", cluster: saga.cluster, topic }],
  });
}

function byGroup(facts: StuckFacts): SagaStuck | null {
  const { saga, awaited } = facts;
  if (saga.cluster === null || awaited === null) return null;
  const { cluster } = saga;
  const waiting = facts.groups.filter(
    ({ group, read, memberCount }) =>
      isConcerned(facts, group) && (read === "no" || (read === "unknown" && memberCount === 0)),
  );
  const [first] = waiting;
  if (first === undefined) return null;
  const { group, memberCount, lag, levelInMs } = first;
  const lagging = lag === null ? "" : `, ${recordsPhrase(lag)} behind`;
  const eta =
    levelInMs === null
      ? lag === null || lag === 0
        ? ""
        : " and not catching up"
      : `, level in ${durationPhrase(levelInMs)}`;
  const sentence =
    memberCount === 0
      ? `${group} has no member and has not read ${awaited.topic}${lagging}.`
      : `${group} has not read ${awaited.topic} yet${lagging}${eta}.`;
  return stuckOf(facts, "lagging-group", {
    sentence,
    sinceAt: awaited.sentAt,
    evidence: [
      ...waiting.map((each) => ({
        kind: "group" as const,
        ...{ cluster, group: each.group, lag: each.lag, levelInMs: each.levelInMs },
      })),
      ...messageEvidence(facts),
    ],
  });
}

function byTimer(facts: StuckFacts): SagaStuck | null {
  const { saga, awaited, owner } = facts;
  if (saga.stuck?.kind !== "timer-due") return null;
  const service = saga.service ?? "its service";
  const due = awaited?.dueAt ?? null;
  const when = due === null ? "is past due" : `was due ${ago(facts, due)} ago`;
  const why =
    owner?.memberCount === 0
      ? `${owner.group} has no member, so its service does not run.`
      : `does ${service} run?`;
  const group: StuckEvidence[] =
    owner === null || saga.cluster === null
      ? []
      : [{ kind: "group", cluster: saga.cluster, group: owner.group, lag: null, levelInMs: null }];
  return stuckOf(facts, "timer-due", {
    sentence: `Its timer ${when} and nobody acted on it: ${why}`,
    sinceAt: due ?? saga.updatedAt,
    evidence: [...group, ...messageEvidence(facts)],
  });
}

/** The one of the concerned groups that has certainly read the message. */
function readerOf(facts: StuckFacts): FoundGroup | null {
  return facts.groups.find(({ group, read }) => read === "yes" && isConcerned(facts, group)) ?? null;
}

function readerEvidence({ saga }: StuckFacts, reader: FoundGroup | null): StuckEvidence[] {
  if (reader === null || saga.cluster === null) return [];
  const { group, lag, levelInMs } = reader;
  return [{ kind: "group", cluster: saga.cluster, group, lag, levelInMs }];
}

/** `payments has read order.order.created (its last commit there was 40 s ago)`. */
function readPhrase(facts: StuckFacts, { group, movedAt }: FoundGroup, topic: string): string {
  const when = movedAt === null ? "" : ` (its last commit there was ${ago(facts, movedAt)} ago)`;
  return `${group} has read ${topic}${when}`;
}

function byMissingEvent(facts: StuckFacts): SagaStuck | null {
  const { saga, awaited } = facts;
  if (saga.stuck?.kind !== "missing-event") return null;
  const reader = readerOf(facts);
  const read = reader === null || awaited === null ? "" : ` ${readPhrase(facts, reader, awaited.topic)}.`;
  const missing: StuckEvidence[] =
    saga.next === null || saga.cluster === null
      ? []
      : [{ kind: "topic", cluster: saga.cluster, topic: saga.next.topic }];
  return stuckOf(facts, "missing-event", {
    sentence: `${saga.stuck.sentence}${read}`,
    sinceAt: saga.next?.dueAt ?? saga.updatedAt,
    evidence: [...messageEvidence(facts), ...readerEvidence(facts, reader), ...missing],
  });
}

function byMissingReply(facts: StuckFacts): SagaStuck {
  const { saga, awaited, groups } = facts;
  const reader = readerOf(facts);
  const since = awaited?.dueAt ?? awaited?.sentAt ?? saga.updatedAt;
  const told = saga.stuck?.sentence ?? "No reply came in time.";
  const sentence =
    awaited === null
      ? told
      : reader !== null
        ? `${readPhrase(facts, reader, awaited.topic)} and no reply came.`
        : groups.length === 0 && awaited.sentAt !== null
          ? `${told} No group is known to read ${awaited.topic}.`
          : told;
  return stuckOf(facts, saga.stuck?.kind ?? "missing-reply", {
    ...{ sentence, sinceAt: since },
    evidence: [...messageEvidence(facts), ...readerEvidence(facts, reader)],
  });
}
