import type { Sql } from "#lib/adapters/db/client.ts";
import { idOfPlace, placeOfId, type DeadLetterPlace } from "#lib/adapters/db/dead-letter-id.ts";
import { changeStates, countRows, placesCondition } from "#lib/adapters/db/dead-letter-changes.sql.ts";
import {
  rowConditions,
  selectNeighbours,
  selectPage,
  selectPlaces,
  selectRow,
  selectSameKey,
  selectSameRecord,
  type DeadLetterFilter,
  type DeadLetterListRow,
  type ListPlace,
} from "#lib/adapters/db/dead-letters.sql.ts";
import type { DeadLetterRow, DeadLetterState, DialectId } from "#lib/domain/dead-letters/dead-letter.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** A dead letter as stored: what a list shows, and what its other reads need. */
export interface StoredDeadLetter {
  row: DeadLetterRow;
  /** Its place in the order of lists. */
  place: ListPlace;
  keyHash: bigint | null;
  redriveId: string | null;
}

/** A set of dead letters of a cluster: named one by one, or all that a filter matched when it was frozen. */
export type DeadLetterSet =
  | { kind: "ids"; cluster: string; ids: readonly string[] }
  /** `upTo` is the last of them in the order of indexing. */
  | { kind: "filter"; filter: DeadLetterFilter; upTo: bigint };

/** How many dead letters a set has, by state; `upTo` is null for an empty one. */
export interface SetCount {
  byState: Map<DeadLetterState, number>;
  upTo: bigint | null;
}

/** DeadLetterStore reads dead letters and changes their states. */
export interface DeadLetterStore {
  /** Newest first. */
  list(
    filter: DeadLetterFilter,
    page: { after: ListPlace | null; limit: number },
  ): Promise<StoredDeadLetter[]>;
  /** null when the cluster has none of this id. */
  get(cluster: string, id: string): Promise<StoredDeadLetter | null>;
  /** Those of a cluster among these ids, in no order; twins are left out. */
  many(cluster: string, ids: readonly string[]): Promise<StoredDeadLetter[]>;
  /** Others with the key of a dead letter, of the same source topic, newest first, at most 20. */
  sameKey(cluster: string, of: StoredDeadLetter): Promise<StoredDeadLetter[]>;
  /** Dead letters of the same record and group, oldest first, itself included; none where its origin is not told. */
  sameRecord(cluster: string, of: StoredDeadLetter): Promise<StoredDeadLetter[]>;
  neighbours(
    cluster: string,
    of: StoredDeadLetter,
  ): Promise<{ newerId: string | null; olderId: string | null }>;
  /** Twins are in no set of a filter; a set of ids counts those it names, twins left out. */
  count(set: DeadLetterSet | { kind: "all"; filter: DeadLetterFilter }): Promise<SetCount>;
  /** Changes at most `limit` of a set that are in one of the states `from`; answers how many it changed. */
  change(
    set: DeadLetterSet,
    change: {
      from: readonly DeadLetterState[];
      to: DeadLetterState;
      reason: string | null;
      at: number;
      limit: number;
    },
  ): Promise<number>;
}

/** deadLetterStore makes a {@link DeadLetterStore}. */
export function deadLetterStore(sql: Sql): DeadLetterStore {
  return {
    async list(filter, page) {
      return (await selectPage(sql, filter, page)).map(storedOf);
    },
    async get(cluster, id) {
      const place = placeOfId(id);
      const row = place && (await selectRow(sql, cluster, place));
      return row && storedOf(row);
    },
    async many(cluster, ids) {
      return (await selectPlaces(sql, conditionOf({ kind: "ids", cluster, ids }))).map(storedOf);
    },
    async sameKey(cluster, { keyHash, row, place }) {
      if (keyHash === null) return [];
      const of = { keyHash, originTopic: row.origin.topic, seq: place.seq };
      return (await selectSameKey(sql, cluster, of)).map(storedOf);
    },
    async sameRecord(cluster, { keyHash, row: { group, origin } }) {
      const { topic: originTopic, partition: originPartition, offset: originOffset } = origin;
      if (keyHash === null || originTopic === null || originPartition === null || originOffset === null)
        return [];
      const of = { keyHash, originTopic, originPartition, originOffset, group };
      return (await selectSameRecord(sql, cluster, of)).map(storedOf);
    },
    async neighbours(cluster, { row, place }) {
      const found = await selectNeighbours(sql, { cluster, cause: row.cause, ...place });
      const idOf = (newer: boolean): string | null => {
        const neighbour = found.find((each) => each.newer === newer);
        return neighbour === undefined ? null : idOfPlace(neighbour);
      };
      return { newerId: idOf(true), olderId: idOf(false) };
    },
    async count(set) {
      const rows = await countRows(sql, conditionOf(set));
      return {
        byState: new Map(rows.map(({ state, count }) => [state as DeadLetterState, Number(count)])),
        upTo: rows.reduce<bigint | null>(
          (last, { upTo }) => (last === null || upTo > last ? upTo : last),
          null,
        ),
      };
    },
    async change(set, change) {
      const rows = await changeStates(sql, { ...change, where: conditionOf(set), locked: "skip" });
      return rows.reduce((sum, each) => sum + Number(each.rows), 0);
    },
  };
}

function conditionOf(set: Parameters<DeadLetterStore["count"]>[0]): Prisma.Sql {
  switch (set.kind) {
    case "ids": {
      const places = set.ids.map(placeOfId).filter((place): place is DeadLetterPlace => place !== null);
      return Prisma.sql`d.twin_offset IS NULL AND ${placesCondition(set.cluster, places)}`;
    }
    case "filter":
      return Prisma.sql`${rowConditions(set.filter)} AND d.seq <= ${set.upTo}::bigint`;
    case "all":
      return rowConditions(set.filter);
  }
}

const timeOf = (at: Date | null): number | null => at?.getTime() ?? null;

/** storedOf reads a row with its cause and topic. */
function storedOf(row: DeadLetterListRow): StoredDeadLetter {
  const at = row.at.getTime();
  return {
    place: { at, seq: row.seq },
    keyHash: row.keyHash,
    redriveId: row.redriveId,
    row: {
      id: idOfPlace(row),
      topic: row.topic,
      topicId: row.topicId,
      partition: row.partition,
      offset: row.offset,
      at,
      expiresAt: timeOf(row.expires),
      dialect: row.dialect as DialectId,
      origin: {
        topic: row.originTopic,
        partition: row.originPartition,
        offset: row.originOffset,
        at: timeOf(row.origin),
      },
      from: {
        topic: row.fromTopic,
        partition: row.fromPartition,
        offset: row.fromOffset,
        at: timeOf(row.from),
      },
      group: row.group,
      attempts: row.attempts,
      cause: row.cause,
      exception: row.exception,
      causeClass: row.causeClass,
      message: row.message,
      eventId: row.eventId,
      eventType: row.eventType,
      key: row.key,
      valueBytes: row.valueBytes,
      pointer: row.pointer,
      hops: row.hops,
      state: row.state as DeadLetterState,
      stateAt: row.stateAt.getTime(),
      stateReason: row.stateReason,
      twinOf:
        row.twinPartition === null || row.twinOffset === null
          ? null
          : idOfPlace({ topicRef: row.topicRef, partition: row.twinPartition, offset: row.twinOffset }),
    },
  };
}
