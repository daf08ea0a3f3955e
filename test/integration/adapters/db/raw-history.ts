import type { Client } from "pg";

/** Offsets by partition at one sweep. */
interface RawSample {
  at: number;
  offsets: (number | null)[];
}
interface RawTopic {
  name: string;
  ends: RawSample[];
}
interface RawGroup {
  group: string;
  topic: string;
  commits: RawSample[];
}
/** Samples as sweeps wrote them, and the numbers of their series. */
export interface RawHistory {
  cluster: string;
  sweeps: number[];
  topics: RawTopic[];
  groups: RawGroup[];
}

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
const chance = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/**
 * Two groups on three topics, swept at odd distances: unknown offsets, lag that spikes for one sweep, a partition that
 * is added, sweeps without a group or a topic, and none at all between the two `gap` instants.
 */
export function rawHistory(fromAt: number, toAt: number, gap: { fromAt: number; toAt: number }): RawHistory {
  const next = chance(7);
  const sweeps: number[] = [];
  for (let at = fromAt + 3_000; at < toAt; at += 19_000 + Math.floor(next() * 4_000)) {
    if (at < gap.fromAt || at >= gap.toAt) sweeps.push(at);
  }
  const grownAt = (fromAt + toAt) / 2;
  const topics = [5, 1, 3].map((width, index): RawTopic => {
    const ends = Array.from({ length: width + 1 }, () => Math.floor(next() * 1e6));
    const samples: RawSample[] = [];
    for (const at of sweeps) {
      ends.forEach((end, partition) => (ends[partition] = end + Math.floor(next() * 30 * (partition % 3))));
      if (next() < 0.02) continue;
      const seen = ends.slice(0, index === 2 && at >= grownAt ? width + 1 : width);
      samples.push({ at, offsets: seen.map((end) => (next() < 0.03 ? null : end)) });
    }
    return { name: `topic-${index}`, ends: samples };
  });
  const pairs: [string, number][] = [
    ["payments", 0],
    ["payments", 1],
    ["inventory", 0],
    ["inventory", 2],
  ];
  const groups = pairs.map(([group, of]): RawGroup => {
    const topic = topics[of]!;
    const commits = topic.ends
      .filter(() => next() > 0.02)
      .map(({ at, offsets }) => ({
        at,
        offsets: offsets.map((end) => {
          if (end === null || next() < 0.03) return null;
          return Math.max(
            0,
            end - Math.floor(next() * 50) - (next() < 0.002 ? 40_000 : 0) + (next() < 0.01 ? 9 : 0),
          );
        }),
      }));
    return { group, topic: topic.name, commits };
  });
  return { cluster: "demo", sweeps, topics, groups };
}

const literal = (offsets: readonly (number | null)[]): string =>
  `{${offsets.map((each) => each ?? "NULL").join(",")}}`;

/** Stores samples as sweeps would, into tables without any: topics' series count from 1, groups' from 1 too. */
export async function storeRaw(
  client: Client,
  { cluster, sweeps, topics, groups }: RawHistory,
): Promise<void> {
  const first = new Date(sweeps[0]!);
  for (const [index, { name, ends }] of topics.entries()) {
    await client.query("INSERT INTO topic_series VALUES ($1, $2, $3, gen_random_uuid(), $4)", [
      index + 1,
      cluster,
      name,
      first,
    ]);
    await storeSamples(client, "end_sample", index + 1, ends);
  }
  for (const [index, { group, topic, commits }] of groups.entries()) {
    const topicSeries = topics.findIndex(({ name }) => name === topic) + 1;
    await client.query("INSERT INTO commit_series VALUES ($1, $2, $3, $4, $5)", [
      index + 1,
      cluster,
      group,
      topicSeries,
      first,
    ]);
    await storeSamples(client, "commit_sample", index + 1, commits);
  }
  await client.query(
    `INSERT INTO cluster_sample SELECT $1, at, 3 + n % 5, NULL, n FROM unnest($2::timestamptz[]) WITH ORDINALITY AS u(at, n)`,
    [cluster, sweeps.map((at) => new Date(at))],
  );
}

async function storeSamples(
  client: Client,
  table: "end_sample" | "commit_sample",
  id: number,
  samples: readonly RawSample[],
): Promise<void> {
  await client.query(
    `INSERT INTO ${table} SELECT $1, at, offsets::bigint[] FROM unnest($2::timestamptz[], $3::text[]) AS u(at, offsets)`,
    [id, samples.map(({ at }) => new Date(at)), samples.map(({ offsets }) => literal(offsets))],
  );
}

/** A row of a folded table as plain numbers, with the instants of its slots in full. */
export interface FoldedRow {
  id: number;
  fromAt: number;
  at: number[];
  offsets: (number | null)[][];
  total: (number | null)[];
  known: number[];
  lags?: (number | null)[][];
  lag?: (number | null)[];
  peak?: number | null;
}

/** Values by a key of each, in the order in which the keys come. */
export function grouped<V, K>(values: Iterable<V>, keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

/** What a folded table ought to hold, told from the raw samples alone: each row of `rowMs`, each slot of `slotMs`. */
export function foldedRows(
  { topics, groups }: RawHistory,
  kind: "ends" | "commits",
  { rowMs, slotMs, fromAt, beforeAt }: { rowMs: number; slotMs: number; fromAt: number; beforeAt: number },
): FoldedRow[] {
  const series = kind === "ends" ? topics.map(({ ends }) => ends) : groups.map(({ commits }) => commits);
  const rows: FoldedRow[] = [];
  series.forEach((samples, index) => {
    const topic = kind === "ends" ? undefined : topics.find(({ name }) => name === groups[index]!.topic);
    for (let rowAt = fromAt; rowAt < beforeAt; rowAt += rowMs) {
      const inRow = samples.filter(({ at }) => at >= rowAt && at < rowAt + rowMs);
      if (inRow.length > 0) rows.push(foldedRow(inRow, { id: index + 1, rowAt, slotMs, topic }));
    }
  });
  return rows;
}

function foldedRow(
  samples: readonly RawSample[],
  { id, rowAt, slotMs, topic }: { id: number; rowAt: number; slotMs: number; topic: RawTopic | undefined },
): FoldedRow {
  const width = Math.max(...samples.map(({ offsets }) => offsets.length));
  const partitions = Array.from({ length: width }, (_, partition) => partition);
  const bySlot = grouped(samples, ({ at }) => Math.floor(at / slotMs));
  const row: FoldedRow = { id, fromAt: rowAt, at: [], offsets: [], total: [], known: [] };
  const lags: (number | null)[][] = [];
  const lag: (number | null)[] = [];
  for (const inSlot of bySlot.values()) {
    const last = inSlot.at(-1)!;
    const known = last.offsets.filter((each) => each !== null);
    row.at.push(last.at);
    row.offsets.push(partitions.map((partition) => last.offsets[partition] ?? null));
    row.total.push(known.length === 0 ? null : sum(known));
    row.known.push(known.length);
    if (topic === undefined) continue;
    const seen = inSlot.map((sample) => lagsOf(sample, topic));
    lags.push(
      partitions.map((partition) => greatest(seen.map((each) => each.byPartition[partition] ?? null))),
    );
    lag.push(greatest(seen.map((each) => each.sum)));
  }
  return topic === undefined ? row : { ...row, lags, lag, peak: greatest(lag) };
}

function lagsOf(
  { at, offsets }: RawSample,
  { ends }: RawTopic,
): { byPartition: (number | null)[]; sum: number | null } {
  const end = ends.find((each) => each.at === at)?.offsets ?? [];
  const byPartition = offsets.map((committed, partition) => {
    const last = end[partition] ?? null;
    return committed === null || last === null ? null : Math.max(0, last - committed);
  });
  const whole = offsets.every(
    (committed, partition) => committed === null || byPartition[partition] !== null,
  );
  const known = byPartition.filter((each) => each !== null);
  return { byPartition, sum: whole && known.length > 0 ? sum(known) : null };
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
const greatest = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((each) => each !== null);
  return known.length === 0 ? null : Math.max(...known);
};

/** The rows of a folded table, with the place of each on disk: a row that was written again has another one. */
export async function readFolded(
  client: Client,
  table: string,
): Promise<{ rows: FoldedRow[]; places: string[] }> {
  const lags = table.startsWith("commit") ? ", 'lags', lags, 'lag', lag, 'peak', peak" : "";
  const { rows } = await client.query<{ row: FoldedRow; fromAt: Date; place: string }>(
    `SELECT from_at AS "fromAt", tableoid || ' ' || ctid AS place, json_build_object('id', series_id, 'at', at,
       'offsets', offsets, 'total', total, 'known', known ${lags}) AS row
     FROM ${table} ORDER BY series_id, from_at`,
  );
  return {
    rows: rows.map(({ row, fromAt }) => ({
      ...row,
      fromAt: fromAt.getTime(),
      at: row.at.map((ms) => fromAt.getTime() + ms),
    })),
    places: rows.map(({ place }) => place),
  };
}
