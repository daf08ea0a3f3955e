import type { FollowedMap, InstanceEvents, StoredInstance } from "#lib/adapters/db/choreographies.ts";
import type { InstanceStream } from "#lib/adapters/db/choreographies.sql.ts";
import type { SagaSource, SourceCount, SourceQuery } from "#lib/adapters/tables/sagas/saga-source.ts";
import { foldChoreography, isFresh, type FoldClock } from "#lib/domain/sagas/fold-choreography.ts";
import { knowMap, type KnownMap } from "#lib/domain/sagas/fold-choreography-standing.ts";
import type { DefinedStep, SagaDefinition } from "#lib/domain/sagas/saga-definition.ts";
import { sagaIdOf, type Saga, type SagaRow, type SagaState } from "#lib/domain/sagas/saga.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { figuresOf } from "#lib/services/sagas/choreography-figures.ts";

const READ_ONLY = "A choreography has no service that decides for it: only its participants can move it.";
/** Where counting stops, of how many ended ones figures are told, and of how many the participants. */
const COUNT_LIMIT = 10_000;
const FIGURES_OF = 1_000;
const PRODUCERS_OF = 50;

type SourceCtx = Pick<Ctx, "db" | "now" | "sagas">;
type StoredState = StoredInstance["state"];

/**
 * choreographySources are the declared choreographies as sources of sagas, one a cluster, over what the worker folded
 * into the console's own database. A stuck instance stands in the stream of any stuck reason, since its evidence is
 * looked up later. A text finds nothing: payloads are not read.
 */
export function choreographySources(ctx: SourceCtx): SagaSource[] {
  const byCluster = Map.groupBy(ctx.sagas.choreographies, ({ cluster }) => cluster);
  return [...byCluster].map(([cluster, maps]) => sourceOf(ctx, cluster, maps.map(knowMap)));
}

function sourceOf(ctx: SourceCtx, cluster: string, maps: readonly KnownMap[]): SagaSource {
  const on: Reading = { ctx, cluster, maps };
  const find = (type: string): KnownMap | undefined => maps.find(({ map }) => map.type === type);
  return {
    facts: { id: cluster, cluster, kind: "choreographed", readOnly: READ_ONLY },
    list: (query) => list(on, query),
    async get(type, sagaId) {
      const known = find(type);
      const stored =
        known === undefined
          ? null
          : await ctx.db.choreographies.get(cluster, { type, correlationId: sagaId });
      if (known === undefined || stored === null) return null;
      return sagaOf(known, stored, await clockOf(on, type));
    },
    getMany: (of) => getMany(on, of),
    counts: () => counts(on),
    definitions: () => Promise.all(maps.map((known) => definitionOf(on, known))),
    async figures(type) {
      const known = find(type);
      if (known === undefined) return { duration: null, steps: [] };
      const clock = await clockOf(on, type);
      const standing = await ctx.db.choreographies.standing(cluster, {
        ...{ type, dueUntil: isFresh(clock) ? clock.watermarkAt : null, limit: COUNT_LIMIT },
      });
      const ended = await newest(on, { type, states: ["completed", "compensated"], limit: FIGURES_OF });
      return figuresOf({ known, ended, standing });
    },
    // Nothing of its own is open: the database is the console's.
    close: () => Promise.resolve(),
  };
}

interface Reading {
  readonly ctx: SourceCtx;
  readonly cluster: string;
  readonly maps: readonly KnownMap[];
}

function clockAt(ctx: SourceCtx, followed: readonly FollowedMap[], type: string): FoldClock {
  const map = followed.find((each) => each.type === type);
  return { now: ctx.now(), watermarkAt: map?.watermarkAt ?? null, hindrance: map?.hindrance };
}

async function clockOf({ ctx, cluster }: Reading, type: string): Promise<FoldClock> {
  return clockAt(ctx, await ctx.db.choreographies.maps(cluster), type);
}

async function list(on: Reading, query: SourceQuery): Promise<SagaRow[]> {
  const { ctx, cluster, maps } = on;
  if (query.text !== undefined) return [];
  const followed = await ctx.db.choreographies.maps(cluster);
  const asked = maps.filter(({ map }) => query.type === undefined || map.type === query.type);
  const state = stateAsked(query);
  if (state === "none") return [];
  const clocks = new Map(asked.map(({ map }) => [map.type, clockAt(ctx, followed, map.type)]));
  const streams = [...clocks].flatMap(([type, clock]) => streamsOf(type, state, clock));
  const { step, correlation, startedBefore, startedAfter, after, limit } = query;
  const filter = { step, correlation, startedBefore, startedAfter };
  const rows = await ctx.db.choreographies.list(cluster, { streams, filter, after, limit });
  return rows.flatMap((stored) => {
    const known = asked.find(({ map }) => map.type === stored.type);
    const clock = clocks.get(stored.type);
    return known === undefined || clock === undefined ? [] : [rowOf(sagaOf(known, stored, clock))];
  });
}

/** The streams that can hold what is asked for: only what is open stands at a step. */
function stateAsked({ state, stuck, step }: SourceQuery): SourceQuery["state"] | "none" {
  const asked = stuck === undefined ? state : "stuck";
  if (step === undefined) return asked;
  if (asked === undefined) return "open";
  return asked === "completed" || asked === "compensated" ? "none" : asked;
}

async function getMany(
  { ctx, cluster, maps }: Reading,
  of: readonly { type: string; sagaId: string }[],
): Promise<Saga[]> {
  const followed = await ctx.db.choreographies.maps(cluster);
  const found = await ctx.db.choreographies.read(
    cluster,
    of.map(({ type, sagaId }) => ({ type, correlationId: sagaId })),
  );
  return found.flatMap((instance) => {
    const known = maps.find(({ map }) => map.type === instance.type);
    return known === undefined ? [] : [sagaOf(known, instance, clockAt(ctx, followed, instance.type))];
  });
}

/** The streams of a state: what is stuck is open, and due by a watermark that is fresh. */
function streamsOf(type: string, state: SourceQuery["state"], clock: FoldClock): InstanceStream[] {
  const until = isFresh(clock) ? clock.watermarkAt : null;
  const any = (states: readonly StoredState[]): InstanceStream[] =>
    states.map((each) => ({ type, state: each, dueUntil: null, dueAfter: null }));
  switch (state) {
    case undefined:
      return any(["running", "compensating", "completed", "compensated"]);
    case "open":
      return any(["running", "compensating"]);
    case "stuck":
      return until === null
        ? []
        : any(["running", "compensating"]).map((each) => ({ ...each, dueUntil: until }));
    case "running":
    case "compensating":
      return any([state]).map((each) => ({ ...each, dueAfter: until }));
    case "completed":
    case "compensated":
      return any([state]);
    case "failed":
      return [];
  }
}

async function newest(
  { ctx, cluster }: { ctx: Pick<Ctx, "db">; cluster: string },
  { type, states, limit }: { type: string; states: readonly StoredState[]; limit: number },
): Promise<StoredInstance[]> {
  const streams = states.map((state) => ({ type, state, dueUntil: null, dueAfter: null }));
  return ctx.db.choreographies.list(cluster, { streams, filter: {}, after: null, limit });
}

const COUNTED: readonly SagaState[] = ["stuck", "running", "compensating", "completed", "compensated"];

async function counts({ ctx, cluster, maps }: Reading): Promise<SourceCount[]> {
  const followed = await ctx.db.choreographies.maps(cluster);
  const asked = maps.flatMap(({ map: { type } }) =>
    COUNTED.flatMap((state) =>
      streamsOf(type, state, clockAt(ctx, followed, type)).map((stream) => ({ type, state, stream })),
    ),
  );
  const streams = asked.map(({ stream }) => stream);
  const found = await ctx.db.choreographies.count(cluster, { streams, limit: COUNT_LIMIT + 1 });
  const sums = new Map<string, SourceCount>();
  for (const [nth, { type, state }] of asked.entries()) {
    const before = sums.get(`${state} ${type}`)?.count ?? 0;
    const count = before + (found[nth] ?? 0);
    const atLeast = count > COUNT_LIMIT;
    sums.set(`${state} ${type}`, { type, state, count: atLeast ? COUNT_LIMIT : count, atLeast });
  }
  return [...sums.values()].filter(({ count }) => count > 0);
}

function sagaOf(
  known: KnownMap,
  { type, correlationId, events, leftOut }: InstanceEvents,
  clock: FoldClock,
): Saga {
  const { cluster } = known.map;
  const folded = foldChoreography(known, events, { ...clock, leftOut });
  const { stuck } = folded;
  return {
    ...folded,
    ...{ id: sagaIdOf(cluster, type, correlationId), source: cluster, type, sagaId: correlationId },
    ...{
      kind: "choreographed",
      correlationId,
      cluster,
      service: null,
      version: null,
      parkedReason: null,
      data: null,
    },
    stuck: stuck && { kind: stuck.kind, sentence: stuck.sentence },
  };
}

function rowOf(saga: Saga): SagaRow {
  const { id, source, type, sagaId, kind, state, stuck, step, correlationId } = saga;
  const { startedAt, updatedAt, endedAt } = saga;
  return {
    ...{ id, source, type, sagaId, kind, state, stuck, step, correlationId },
    ...{ startedAt, updatedAt, endedAt },
  };
}

/**
 * producersOf are the services that were seen to send the events of a choreography lately, by topic. What ended tells of
 * all of them: while one is down, the newest that are open lack its events.
 */
export async function producersOf(
  ctx: Pick<Ctx, "db">,
  { cluster, type }: { cluster: string; type: string },
): Promise<Map<string, string>> {
  const on = { ctx, cluster };
  const [open, ended] = await Promise.all([
    newest(on, { type, states: ["running", "compensating"], limit: PRODUCERS_OF }),
    newest(on, { type, states: ["completed", "compensated"], limit: PRODUCERS_OF }),
  ]);
  const producers = new Map<string, string>();
  for (const { topic, producer } of [...open, ...ended].flatMap(({ events }) => events))
    if (producer !== null && !producers.has(topic)) producers.set(topic, producer);
  return producers;
}

/** The steps of a map; their participants are the producers that were seen. */
async function definitionOf({ ctx }: Reading, { map, steps }: KnownMap): Promise<SagaDefinition> {
  const { cluster, type } = map;
  const producers = await producersOf(ctx, map);
  const defined = steps.map(({ name, event, next, failures, withinMs, compensation }): DefinedStep => ({
    name,
    service: [...next, ...failures].map((topic) => producers.get(topic)).find(Boolean) ?? null,
    commandTopic: event,
    replyTopics: [...next, ...failures],
    timeoutMs: withinMs,
    attempts: null,
    compensationTopic: compensation,
    pivot: false,
  }));
  return { source: cluster, type, service: null, steps: defined };
}
