import { eventsOfText, textOfEvents } from "#lib/adapters/db/choreographies-events.ts";
import {
  countSteps,
  countStreams,
  deleteUnmoved,
  selectBehind,
  selectByKeys,
  selectOne,
  selectPage,
  upsertInstances,
  upsertPositions,
  type InstanceFilter,
  type InstancePlace,
  type InstanceRow,
  type InstanceStream,
  type PositionRow,
} from "#lib/adapters/db/choreographies.sql.ts";
import type { Sql } from "#lib/adapters/db/client.ts";
import type { ChoreographyEvent } from "#lib/domain/sagas/choreography.ts";
import type { ChoreographyStanding } from "#lib/domain/sagas/fold-choreography-standing.ts";

/** What names an instance in its cluster. */
interface InstanceKey {
  readonly type: string;
  readonly correlationId: string;
}

/** The events of an instance. */
export interface InstanceEvents extends InstanceKey {
  readonly events: readonly ChoreographyEvent[];
  /** Events beyond those that are kept. */
  readonly leftOut: number;
}

/** An instance as it is stored; instants are epoch ms. */
export interface StoredInstance
  extends
    InstanceEvents,
    Pick<ChoreographyStanding, "state" | "step" | "startedAt" | "updatedAt" | "endedAt" | "dueAt"> {}

/** Where reading of a map goes on in a partition. */
export type ChoreographyPosition = Readonly<PositionRow>;

/** A map as it is followed. Epoch ms. */
export interface FollowedMap {
  readonly type: string;
  /** Of the map that the instances were folded by. */
  readonly hash: string;
  /** The least time up to which each declared partition is read; null before. */
  readonly watermarkAt: number | null;
  /** Why it does not move; null where it does. */
  readonly hindrance: string | null;
}

/** ChoreographyStore keeps what the worker folds of choreographies; its writes belong into guarded transactions. */
export interface ChoreographyStore {
  /** Those of the keys that are there, in no order. */
  read(cluster: string, keys: readonly InstanceKey[]): Promise<InstanceEvents[]>;
  /** Writes instances, each key once. Nothing waits for the disk: what a crash takes, it takes with its positions. */
  write(cluster: string, instances: readonly StoredInstance[]): Promise<void>;
  /** Instances of a type behind a correlation id, in its order. */
  behind(cluster: string, page: { type: string; after: string; limit: number }): Promise<StoredInstance[]>;
  positions(cluster: string): Promise<ChoreographyPosition[]>;
  move(cluster: string, positions: readonly ChoreographyPosition[]): Promise<void>;
  /** Forgets the positions of a topic that is gone, made anew or not declared any more. */
  dropPositions(cluster: string, dropped: readonly { type: string; topicId: string }[]): Promise<void>;
  maps(cluster: string): Promise<FollowedMap[]>;
  noteMaps(cluster: string, maps: readonly FollowedMap[], at: number): Promise<void>;
  /** The last moved first, then by type and correlation id. */
  list(
    cluster: string,
    query: {
      streams: readonly InstanceStream[];
      filter: InstanceFilter;
      after: InstancePlace | null;
      limit: number;
    },
  ): Promise<StoredInstance[]>;
  get(cluster: string, key: InstanceKey): Promise<StoredInstance | null>;
  /** Rows of each stream, counted up to a limit, in their order. */
  count(cluster: string, counted: { streams: readonly InstanceStream[]; limit: number }): Promise<number[]>;
  /** Open instances of a type by step, and how many of them were due at an instant. */
  standing(
    cluster: string,
    counted: { type: string; dueUntil: number | null; limit: number },
  ): Promise<{ step: string; standing: number; due: number }[]>;
  /** Deletes at most `limit` instances that have not moved since an instant; answers how many. */
  forget(
    cluster: string,
    old: { type: string; states: readonly StoredInstance["state"][]; beforeAt: number; limit: number },
  ): Promise<number>;
}

/** choreographyStore makes a {@link ChoreographyStore}. */
export function choreographyStore(sql: Sql): ChoreographyStore {
  return { ...instances(sql), ...progress(sql) };
}

type Progress = "positions" | "move" | "dropPositions" | "maps" | "noteMaps";

function instances(sql: Sql): Omit<ChoreographyStore, Progress> {
  return {
    async read(cluster, keys) {
      if (keys.length === 0) return [];
      const rows = await selectByKeys(sql, cluster, keys);
      return rows.map(({ events, ...row }) => ({ ...row, events: eventsOfText(events) }));
    },
    async write(cluster, instances) {
      if (instances.length === 0) return;
      await sql.$executeRaw`SET LOCAL synchronous_commit = off`;
      const rows = instances.map(({ events, ...each }) => ({ ...each, events: textOfEvents(events) }));
      await upsertInstances(sql, cluster, rows);
    },
    async behind(cluster, page) {
      return (await selectBehind(sql, cluster, page)).map(storedOf);
    },
    async list(cluster, query) {
      return query.streams.length === 0 ? [] : (await selectPage(sql, cluster, query)).map(storedOf);
    },
    async get(cluster, key) {
      const row = await selectOne(sql, cluster, key);
      return row && storedOf(row);
    },
    count: async (cluster, counted) =>
      counted.streams.length === 0 ? [] : countStreams(sql, cluster, counted),
    async standing(cluster, counted) {
      const rows = await countSteps(sql, cluster, counted);
      return rows.map(({ step, standing, due }) => ({
        ...{ step, standing: Number(standing), due: Number(due) },
      }));
    },
    forget: (cluster, old) => deleteUnmoved(sql, cluster, old),
  };
}

function progress(sql: Sql): Pick<ChoreographyStore, Progress> {
  return {
    positions: (cluster) =>
      sql.choreographyPosition.findMany({ where: { cluster }, omit: { cluster: true } }),
    async move(cluster, positions) {
      if (positions.length > 0) await upsertPositions(sql, cluster, positions);
    },
    async dropPositions(cluster, dropped) {
      for (const { type, topicId } of dropped)
        await sql.choreographyPosition.deleteMany({ where: { cluster, type, topicId } });
    },
    async maps(cluster) {
      const rows = await sql.choreographyMap.findMany({ where: { cluster } });
      return rows.map(({ type, hash, watermarkAt, hindrance }) => ({
        ...{ type, hash, hindrance },
        watermarkAt: watermarkAt?.getTime() ?? null,
      }));
    },
    async noteMaps(cluster, maps, at) {
      for (const { type, hash, watermarkAt, hindrance } of maps) {
        const noted = {
          ...{ hash, hindrance, observedAt: new Date(at) },
          watermarkAt: watermarkAt === null ? null : new Date(watermarkAt),
        };
        await sql.choreographyMap.upsert({
          where: { cluster_type: { cluster, type } },
          create: { cluster, type, ...noted },
          update: noted,
        });
      }
    },
  };
}

function storedOf({ events, started, updated, ended, due, ...row }: InstanceRow): StoredInstance {
  return {
    ...row,
    state: row.state as StoredInstance["state"],
    events: eventsOfText(events),
    startedAt: started?.getTime() ?? null,
    updatedAt: updated.getTime(),
    endedAt: ended?.getTime() ?? null,
    dueAt: due?.getTime() ?? null,
  };
}
