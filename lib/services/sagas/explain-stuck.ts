import type { EvidentDeadLetter, TopicGroup } from "#lib/adapters/db/saga-evidence.ts";
import type { UnsentEvent } from "#lib/adapters/tables/outbox-lookup.ts";
import { partitionOfKey } from "#lib/domain/records/partition-of-key.ts";
import { hasRead } from "#lib/domain/sagas/stuck-read.ts";
import { decideStuck, type FoundGroup } from "#lib/domain/sagas/stuck.ts";
import type { Saga, SagaStuck } from "#lib/domain/sagas/saga.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { hashOf } from "#lib/services/dead-letters/read-dead-letter.ts";
import { awaitedEventOf, awaitedOf, type Awaited } from "#lib/services/sagas/awaited-message.ts";
import { producersOf } from "#lib/services/sagas/choreography-source.ts";

/** A relay needs a moment: what was written later is not evidence. */
const UNSENT_AFTER_MS = 5_000;

type EvidenceCtx = Pick<Ctx, "db" | "now" | "sagas">;

/** A stuck saga with what it waits for. */
interface Case {
  readonly saga: Saga;
  readonly awaited: Awaited;
}

/**
 * explainStuck says why sagas do not go on, by the console's id, each with its evidence: those whose source calls them
 * stuck, and no others. It asks the console's own tables and the kit's outboxes, some queries a cluster however many
 * sagas it is given (50 of a page). A source or an outbox that cannot be read tells nothing; what else is found stands.
 */
export async function explainStuck(
  ctx: EvidenceCtx,
  sagas: readonly Saga[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SagaStuck>> {
  const stuck = sagas.filter(({ state, endedAt }) => state === "stuck" && endedAt === null);
  const reasons = new Map<string, SagaStuck>();
  for (const [cluster, ofCluster] of Map.groupBy(stuck, (saga) => saga.cluster)) {
    const cases = await casesOf(ctx, ofCluster, signal);
    const evidence = cluster === null ? null : await evidenceOf(ctx, { cluster, cases }, signal);
    for (const each of cases) {
      const reason = decideStuck(factsOf(each, evidence, ctx.now()));
      if (reason !== null) reasons.set(each.saga.id, reason);
    }
  }
  return reasons;
}

async function casesOf(ctx: EvidenceCtx, sagas: readonly Saga[], signal: AbortSignal): Promise<Case[]> {
  const cases: Case[] = [];
  for (const [kind, ofKind] of Map.groupBy(sagas, (saga) => saga.kind)) {
    const find =
      kind === "orchestrated" ? await orchestrated(ctx, ofKind, signal) : await choreographed(ctx, ofKind);
    cases.push(...ofKind.map((saga) => ({ saga, awaited: find(saga) })));
  }
  return cases;
}

/** By the definitions of their sources, which name the topics of the answers. */
async function orchestrated(
  { sagas: { sources } }: EvidenceCtx,
  sagas: readonly Saga[],
  signal: AbortSignal,
): Promise<(saga: Saga) => Awaited> {
  const wanted = sources.filter(({ facts }) => sagas.some(({ source }) => source === facts.id));
  const told = await Promise.allSettled(wanted.map((source) => source.definitions(signal)));
  signal.throwIfAborted();
  const definitions = told.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
  return (saga) => {
    const definition = definitions.find(({ source, type }) => source === saga.source && type === saga.type);
    return awaitedOf(saga, definition?.steps.find(({ name }) => name === saga.step)?.replyTopics ?? []);
  };
}

async function choreographed(ctx: EvidenceCtx, sagas: readonly Saga[]): Promise<(saga: Saga) => Awaited> {
  const maps = ctx.sagas.choreographies.filter(({ cluster, type }) =>
    sagas.some((saga) => saga.source === cluster && saga.type === type),
  );
  const producers = await Promise.all(maps.map((map) => producersOf(ctx, map)));
  return (saga) => {
    const nth = maps.findIndex(({ cluster, type }) => cluster === saga.source && type === saga.type);
    const map = maps[nth];
    return map === undefined
      ? { message: null, eventIds: [], topics: [], key: null }
      : awaitedEventOf(saga, map, producers[nth] ?? new Map<string, string>());
  };
}

/** What was found in one cluster for all of its cases. */
interface Evidence {
  readonly deadLetters: readonly EvidentDeadLetter[];
  readonly unsent: readonly UnsentEvent[];
  readonly groups: readonly TopicGroup[];
  readonly members: ReadonlyMap<string, number>;
  /** By topic. */
  readonly partitionCounts: ReadonlyMap<string, number>;
}

async function evidenceOf(
  { db, sagas: { outbox } }: EvidenceCtx,
  { cluster, cases }: { cluster: string; cases: readonly Case[] },
  signal: AbortSignal,
): Promise<Evidence> {
  const eventIds = unique(cases.flatMap(({ awaited }) => awaited.eventIds));
  const keyHashes = unique(cases.flatMap(({ awaited: { key } }) => (key === null ? [] : [keyHashOf(key)])));
  const correlationIds = unique(
    cases.flatMap(({ saga: { correlationId: id } }) => (id === null ? [] : [id])),
  );
  const topics = unique(cases.flatMap(({ awaited }) => awaited.message?.topic ?? []));
  const keyed = unique(
    cases.flatMap(({ awaited: { key, message } }) => (key === null ? [] : (message?.topic ?? []))),
  );
  const owners = unique(cases.flatMap(({ saga }) => saga.service ?? []));
  const [deadLetters, unsent, groups, members, counts] = await Promise.all([
    db.sagaEvidence.deadLetters(cluster, { eventIds, keyHashes }),
    outbox.unsent({ cluster, eventIds, correlationIds }, signal),
    db.sagaEvidence.groups(cluster, topics),
    db.sagaEvidence.members(cluster, owners),
    Promise.all(keyed.map((topic) => db.topics.get(cluster, topic))),
  ]);
  const partitionCounts = new Map(
    counts.flatMap((topic) => (topic === null ? [] : [[topic.row.name, topic.row.partitionCount]])),
  );
  return { deadLetters, unsent, groups, members, partitionCounts };
}

const unique = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];
const keyHashOf = (key: string): bigint => hashOf(Buffer.from(key, "utf8"));

function factsOf(
  { saga, awaited }: Case,
  evidence: Evidence | null,
  now: number,
): Parameters<typeof decideStuck>[0] {
  const { message } = awaited;
  if (evidence === null)
    return { saga, now, awaited: message, deadLetters: [], unsent: [], groups: [], owner: null };
  const memberCount = saga.service === null ? undefined : evidence.members.get(saga.service);
  return {
    ...{ saga, now, awaited: message },
    deadLetters: evidence.deadLetters.filter((each) => isOf(each, saga, awaited)),
    unsent: evidence.unsent
      .filter((each) => isUnsentOf(each, saga, awaited) && now - each.createdAt >= UNSENT_AFTER_MS)
      .map(({ database, topic, createdAt, attempts }) => ({ database, topic, createdAt, attempts })),
    groups: evidence.groups
      .filter(({ topic }) => topic === message?.topic)
      .map((group) => foundGroup(group, awaited, evidence.partitionCounts)),
    owner: memberCount === undefined || saga.service === null ? null : { group: saga.service, memberCount },
  };
}

/** By the id of the message; else by the key of its records, on its topics since the saga began. */
function isOf(
  { eventId, keyHash, originTopic, at }: EvidentDeadLetter,
  saga: Saga,
  awaited: Awaited,
): boolean {
  if (eventId !== null && awaited.eventIds.includes(eventId)) return true;
  if (awaited.key === null || keyHash !== keyHashOf(awaited.key)) return false;
  return originTopic !== null && awaited.topics.includes(originTopic) && at >= (saga.startedAt ?? 0);
}

function isUnsentOf({ eventId, topic, correlationId }: UnsentEvent, saga: Saga, awaited: Awaited): boolean {
  if (awaited.eventIds.includes(eventId)) return true;
  return correlationId !== null && correlationId === saga.correlationId && awaited.topics.includes(topic);
}

function foundGroup(
  { topic, group, memberCount, lag, drainsInMs, observedAt, partitions }: TopicGroup,
  { message, key }: Awaited,
  partitionCounts: ReadonlyMap<string, number>,
): FoundGroup {
  const count = partitionCounts.get(topic) ?? 0;
  const record = message?.record ?? null;
  const partition =
    record?.partition ??
    (key === null || count === 0 ? null : partitionOfKey(Buffer.from(key, "utf8"), count));
  const place = { partition, offset: record?.offset ?? null, sentAt: message?.sentAt ?? null };
  const moved = partitions
    .filter((each) => partition === null || each.partition === partition)
    .flatMap(({ movedAt }) => movedAt ?? []);
  return {
    ...{ group, memberCount, lag, levelInMs: drainsInMs },
    read: hasRead(partitions, place, observedAt),
    movedAt: moved.length === 0 ? null : Math.max(...moved),
  };
}
