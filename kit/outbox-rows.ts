import type { Pool } from "pg";
import type { Outgoing } from "./one-batch-producer.ts";

/** A bucket held by this relay, at the epoch of its claim. */
export interface Claim {
  bucket: number;
  epoch: bigint;
}

/** An unsent row. */
export interface OutboxRow {
  seq: bigint;
  id: string;
  /** Null for an unkeyed event. */
  key: string | null;
  bucket: number;
  /** Refusals so far. */
  attempts: number;
  outgoing: Outgoing;
}

interface RawRow {
  seq: string;
  id: string;
  aggregateid: string | null;
  topic: string;
  headers: Record<string, string>;
  payload: string;
  bucket: number;
  attempts: number;
}

/** Buckets that have something to send and no living holder; those claimed longest ago first. */
const CLAIM_SQL = `
  WITH free AS (
    SELECT b.bucket FROM outbox_bucket b
    WHERE (b.lease_until IS NULL OR b.lease_until < clock_timestamp())
      AND EXISTS (SELECT 1 FROM outbox o WHERE o.bucket = b.bucket AND o.sent_at IS NULL)
    ORDER BY b.epoch, b.bucket LIMIT $2 FOR UPDATE OF b SKIP LOCKED)
  UPDATE outbox_bucket b
  SET holder = $1, epoch = b.epoch + 1, lease_until = clock_timestamp() + make_interval(secs => $3::float8 / 1000)
  FROM free WHERE b.bucket = free.bucket
  RETURNING b.bucket, b.epoch`;

/** A row behind a refused one of its key waits; the refused row itself waits for its own back-off ($2). */
const READ_SQL = `
  SELECT o.seq, o.id, o.aggregateid, o.topic, o.headers, o.payload, o.bucket, o.attempts FROM outbox o
  WHERE o.bucket = ANY($1::smallint[]) AND o.sent_at IS NULL AND NOT (o.id = ANY($2::uuid[]))
    AND NOT EXISTS (
      SELECT 1 FROM outbox p WHERE p.bucket = o.bucket AND p.aggregateid = o.aggregateid
        AND p.sent_at IS NULL AND p.attempts > 0 AND p.seq < o.seq)
  ORDER BY o.seq LIMIT $3`;

/** The claims that still hold: what is written for a bucket is written only while its epoch is ours. */
const MINE = `
  WITH mine AS MATERIALIZED (
    SELECT b.bucket FROM outbox_bucket b
    JOIN unnest($1::smallint[], $2::bigint[]) AS claim(bucket, epoch)
      ON claim.bucket = b.bucket AND claim.epoch = b.epoch
    FOR SHARE OF b)`;

const MARK_SQL = `${MINE}
  UPDATE outbox o SET sent_at = clock_timestamp(), last_error = NULL
  FROM mine WHERE o.bucket = mine.bucket AND o.seq = ANY($3::bigint[]) AND o.sent_at IS NULL`;

const REFUSE_SQL = `${MINE}
  UPDATE outbox o SET attempts = o.attempts + 1, last_error = $4
  FROM mine WHERE o.bucket = mine.bucket AND o.seq = $3::bigint AND o.sent_at IS NULL`;

const RELEASE_SQL = `
  UPDATE outbox_bucket b SET holder = NULL, lease_until = NULL
  FROM unnest($1::smallint[], $2::bigint[]) AS claim(bucket, epoch)
  WHERE claim.bucket = b.bucket AND claim.epoch = b.epoch`;

function claimValues(claims: Claim[]): [number[], string[]] {
  return [claims.map(({ bucket }) => bucket), claims.map(({ epoch }) => epoch.toString())];
}

function rowOf(raw: RawRow): OutboxRow {
  const { id, aggregateid: key, topic, headers, payload, bucket, attempts } = raw;
  const outgoing = { topic, message: { key, value: payload, headers } };
  return { seq: BigInt(raw.seq), id, key, bucket, attempts, outgoing };
}

/** The relay's statements: claims of buckets, and reads and marks under them. */
export class OutboxRows {
  readonly #pool: Pool;
  readonly #holder: string;

  constructor(pool: Pool, holder: string) {
    this.#pool = pool;
    this.#holder = holder;
  }

  /** Claims up to `count` buckets for `leaseMs`; a takeover of a dead holder's bucket raises the epoch too. */
  async claim(count: number, leaseMs: number): Promise<Claim[]> {
    const done = await this.#pool.query(CLAIM_SQL, [this.#holder, count, leaseMs]);
    return (done.rows as { bucket: number; epoch: string }[]).map(({ bucket, epoch }) => ({
      bucket,
      epoch: BigInt(epoch),
    }));
  }

  /** The next rows of the claimed buckets in `seq` order, without those of `waitingIds` and what stands behind them. */
  async read(claims: Claim[], waitingIds: string[], limit: number): Promise<OutboxRow[]> {
    const buckets = claims.map(({ bucket }) => bucket);
    const found = await this.#pool.query(READ_SQL, [buckets, waitingIds, limit]);
    return (found.rows as RawRow[]).map(rowOf);
  }

  /** Marks rows sent where their bucket's claim still holds; returns how many. */
  async mark(claims: Claim[], rows: OutboxRow[]): Promise<number> {
    const seqs = rows.map(({ seq }) => seq.toString());
    const done = await this.#pool.query(MARK_SQL, [...claimValues(claims), seqs]);
    return done.rowCount ?? 0;
  }

  /** Counts a refusal of a row, with the broker's reason. */
  async refuse(claims: Claim[], row: OutboxRow, reason: string): Promise<void> {
    await this.#pool.query(REFUSE_SQL, [...claimValues(claims), row.seq.toString(), reason]);
  }

  /** Gives the claims back. */
  async release(claims: Claim[]): Promise<void> {
    await this.#pool.query(RELEASE_SQL, claimValues(claims));
  }
}
