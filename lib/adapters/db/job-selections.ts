import type { Sql } from "#lib/adapters/db/client.ts";
import { placesCondition } from "#lib/adapters/db/dead-letter-changes.sql.ts";
import { idOfPlace, placeOfId, type DeadLetterPlace } from "#lib/adapters/db/dead-letter-id.ts";
import type { DeadLetterFilter, ListPlace } from "#lib/adapters/db/dead-letters.sql.ts";
import {
  deleteSelection,
  insertPlaces,
  insertStreams,
  selectKeys,
  selectSelection,
  selectStreams,
  type AddedRows,
  type SelectionPlace,
  type SelectionRow,
  type SelectionStream,
} from "#lib/adapters/db/job-selections.sql.ts";
import type { DeadLetterState, TracedPlace } from "#lib/domain/dead-letters/dead-letter.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** A dead letter of a plan: what of it decides whether, where and in which order it is sent. */
export interface SelectedDeadLetter {
  id: string;
  topic: string;
  topicId: string;
  partition: number;
  offset: bigint;
  at: number;
  origin: TracedPlace;
  from: TracedPlace;
  group: string | null;
  state: DeadLetterState;
  keyHash: bigint | null;
  redriveId: string | null;
}

/** What a part of a selection added to it. */
export interface AddedSelection {
  rows: number;
  /** Those of them that do not tell where they came from. */
  untold: number;
  /** Topics that they lie in. */
  topics: string[];
  /** Topics that they came from, first and last. */
  origins: string[];
  groups: string[];
}

/** A part of a filter that one statement can add: streams, and behind which place the first of them goes on. */
export interface SelectionPart {
  streams: readonly SelectionStream[];
  after: ListPlace | null;
}

/** A frozen filter: `upTo` is the last of its dead letters in the order of indexing. */
interface FrozenFilter {
  filter: DeadLetterFilter;
  upTo: bigint;
}

/** JobSelectionStore holds the dead letters of a job while it is planned, ordered by where they came from. */
export interface JobSelectionStore {
  /** The parts of a filter; each has at most `limit` rows, or goes on with what {@link addPart} answers. */
  selectionParts(filter: DeadLetterFilter, limit: number): Promise<SelectionPart[]>;
  /** Adds a part, `limit` rows of a stream at most; `next` is what is left of it, null where nothing is. */
  addPart(
    number: number,
    asked: FrozenFilter & { part: SelectionPart; limit: number },
  ): Promise<AddedSelection & { next: SelectionPart | null }>;
  /** Adds dead letters by their ids; twins and those that are not there are left out. */
  addSelected(number: number, asked: { cluster: string; ids: readonly string[] }): Promise<AddedSelection>;
  /** Rows behind a place, those that do not tell their origin last; `forgotten` ones of them are not there any more. */
  selected(
    number: number,
    page: { after: SelectionPlace | null; limit: number },
  ): Promise<{ rows: SelectedDeadLetter[]; forgotten: number; last: SelectionPlace | null }>;
  /** Origin offsets and key hashes of a partition's records with a key, by offset; a null group is any. */
  selectedKeys(
    number: number,
    of: { topic: string; partition: number; group: string | null; from: bigint; to: bigint; limit: number },
  ): Promise<{ offset: bigint; keyHash: bigint }[]>;
  /** Takes out at most `limit` rows, of plannings that ended in between too; answers how many. */
  clearSelection(number: number, limit: number): Promise<number>;
}

/** jobSelections makes a {@link JobSelectionStore}. */
export function jobSelections(sql: Sql): JobSelectionStore {
  return {
    async selectionParts(filter, limit) {
      return partsOf(await selectStreams(sql, filter), limit);
    },
    async addPart(number, { filter, upTo, part, limit }) {
      const added = await insertStreams(sql, number, { filter, upTo, ...part, limit });
      return { ...addedOf(added), next: restOf(part, added, limit) };
    },
    async addSelected(number, { cluster, ids }) {
      const places = ids.map(placeOfId).filter((place): place is DeadLetterPlace => place !== null);
      const where = Prisma.sql`d.twin_offset IS NULL AND ${placesCondition(cluster, places)}`;
      return addedOf(await insertPlaces(sql, number, where));
    },
    async selected(number, { after, limit }) {
      const from = await selectSelection(sql, number, {
        from: after,
        limit: after === null ? limit : limit + 1,
      });
      const found = after === null ? from : from.slice(1);
      const rows = found.flatMap((row) => selectedOf(row) ?? []);
      return { rows, forgotten: found.length - rows.length, last: found.at(-1) ?? after };
    },
    selectedKeys: (number, of) => selectKeys(sql, number, of),
    clearSelection: (number, limit) => deleteSelection(sql, number, limit),
  };
}

/** Streams of one statement: more of them would be slow to plan. */
const STREAMS = 500;

/** Small streams together, a large one by itself. */
function partsOf(streams: readonly SelectionStream[], limit: number): SelectionPart[] {
  const parts: SelectionPart[] = [];
  let open: SelectionStream[] = [];
  let rows = 0n;
  for (const stream of streams) {
    if (open.length > 0 && (rows + stream.count > BigInt(limit) || open.length === STREAMS)) {
      parts.push({ streams: open, after: null });
      [open, rows] = [[], 0n];
    }
    open.push(stream);
    rows += stream.count;
  }
  return open.length === 0 ? parts : [...parts, { streams: open, after: null }];
}

function restOf(
  { streams }: SelectionPart,
  { scanned, lastAt, lastSeq }: AddedRows,
  limit: number,
): SelectionPart | null {
  if (streams.length > 1 || scanned < BigInt(limit) || lastAt === null || lastSeq === null) return null;
  return { streams, after: { at: lastAt.getTime(), seq: lastSeq } };
}

const addedOf = ({ rows, untold, topics, origins, groups }: AddedRows): AddedSelection => ({
  ...{ rows: Number(rows), untold: Number(untold), topics, origins, groups },
});

const timeOf = (at: Date | null): number | null => at?.getTime() ?? null;

function selectedOf(row: SelectionRow): SelectedDeadLetter | null {
  const { topic, topicId, topicRef, partition, offset, at, group, state, keyHash, redriveId } = row;
  if (state === null || at === null) return null;
  return {
    id: idOfPlace({ topicRef, partition, offset }),
    ...{ topic, topicId, partition, offset, at: at.getTime(), group, keyHash, redriveId },
    state: state as DeadLetterState,
    origin: {
      ...{ topic: row.originTopic, partition: row.originPartition, offset: row.originOffset },
      at: timeOf(row.origin),
    },
    from: {
      ...{ topic: row.fromTopic, partition: row.fromPartition, offset: row.fromOffset },
      at: timeOf(row.from),
    },
  };
}
