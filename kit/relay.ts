import type { Kafka } from "kafkajs";
import type { Pool } from "pg";
import { noFailpoints, type Failpoints } from "./failpoints.ts";
import type { KitLog } from "./log.ts";
import { batchLength, OneBatchProducer } from "./one-batch-producer.ts";
import { OutboxRows, type Claim, type OutboxRow } from "./outbox-rows.ts";
import { pauseFor } from "./pause.ts";
import { errorCodeOf, PublishError } from "./publish-error.ts";

/** What {@link createRelay} needs. `holder` must differ between relays that run at once. */
export interface RelayOptions {
  pool: Pool;
  kafka: Kafka;
  service: string;
  holder: string;
  log: KitLog;
  /** Pause between looks at an empty outbox; 200 unless said. */
  pollMs?: number;
  /** How long a bucket stays claimed by a relay that died; 15,000 unless said. */
  leaseMs?: number;
  failpoints?: Failpoints;
}

/** Counts since start and what stands in the way. */
export interface RelayStatus {
  /** "waiting": the database or the broker cannot be reached, see `lastError`. */
  state: "stopped" | "running" | "waiting";
  sent: number;
  refused: number;
  /** Epoch ms of the last acknowledged batch. */
  lastSentAt?: number;
  lastError?: string;
}

/** Moves committed outbox rows to Kafka. */
export interface Relay {
  /** Starts the loop; an unreachable database or broker is waited for, not thrown. */
  start(): Promise<void>;
  /** Ends the batch in hand, gives the buckets back, disconnects. */
  stop(): Promise<void>;
  status(): RelayStatus;
}

const BUCKETS_PER_CLAIM = 16;
const ROWS_PER_CLAIM = 500;
const OUTAGE_MAX_MS = 5_000;
const REFUSED_FIRST_MS = 1_000;
const REFUSED_MAX_MS = 60_000;

class OutboxRelay implements Relay {
  readonly #options: RelayOptions;
  readonly #rows: OutboxRows;
  readonly #producer: OneBatchProducer;
  readonly #failpoints: Failpoints;
  /** Refused rows by id, and when each is tried again (epoch ms). */
  readonly #refusedUntil = new Map<string, number>();
  readonly #status: RelayStatus = { state: "stopped", sent: 0, refused: 0 };
  #stop = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#rows = new OutboxRows(options.pool, options.holder);
    this.#producer = new OneBatchProducer(options);
    this.#failpoints = options.failpoints ?? noFailpoints;
  }

  start(): Promise<void> {
    if (!this.#loop) {
      this.#stop = new AbortController();
      this.#status.state = "running";
      this.#loop = this.#run(this.#stop.signal);
    }
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    this.#loop = undefined;
    await this.#producer.disconnect();
    this.#status.state = "stopped";
  }

  status(): RelayStatus {
    return { ...this.#status };
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { pollMs = 200, log, service, holder } = this.#options;
    let outages = 0;
    while (!signal.aborted) {
      try {
        const sent = await this.#round(signal);
        outages = 0;
        this.#status.state = "running";
        if (sent === 0) await pauseFor(pollMs, signal);
      } catch (error) {
        outages++;
        this.#status.state = "waiting";
        this.#status.lastError = error instanceof PublishError ? error.code : errorCodeOf(error);
        log.warn({ service, holder, code: this.#status.lastError }, "The relay cannot go on; it tries again");
        await pauseFor(Math.min(250 * 2 ** outages, OUTAGE_MAX_MS), signal);
      }
    }
  }

  /** Claims some buckets, sends what they hold, marks it, gives them back; returns how many rows went. */
  async #round(signal: AbortSignal): Promise<number> {
    const { leaseMs = 15_000 } = this.#options;
    const deadlineAt = Date.now() + (leaseMs * 2) / 3;
    const claims = await this.#rows.claim(BUCKETS_PER_CLAIM, leaseMs);
    if (claims.length === 0) return 0;
    const blocked = new Set<string>();
    let sent = 0;
    try {
      const rows = await this.#rows.read(claims, this.#waiting(), ROWS_PER_CLAIM);
      let fresh = rows.filter(({ attempts }) => attempts === 0);
      while (fresh.length > 0 && !signal.aborted && Date.now() < deadlineAt) {
        const length = batchLength(fresh.map(({ outgoing }) => outgoing));
        sent += await this.#sendBatch(claims, fresh.splice(0, length), blocked);
        if (blocked.size > 0) fresh = fresh.filter(({ key }) => key === null || !blocked.has(key));
      }
      for (const row of rows) {
        if (row.attempts === 0) continue;
        if (signal.aborted || Date.now() >= deadlineAt) break;
        sent += await this.#sendAlone(claims, row);
      }
    } finally {
      await this.#release(claims);
    }
    return sent;
  }

  #waiting(): string[] {
    const nowAt = Date.now();
    for (const [id, untilAt] of this.#refusedUntil) {
      if (untilAt <= nowAt) this.#refusedUntil.delete(id);
    }
    return [...this.#refusedUntil.keys()];
  }

  /** One batch in flight. If the broker refuses one of it, each row goes alone, so that the refused one is found. */
  async #sendBatch(claims: Claim[], rows: OutboxRow[], blocked: Set<string>): Promise<number> {
    await this.#failpoints.hit("before-publish");
    try {
      await this.#producer.sendBatch(rows.map(({ outgoing }) => outgoing));
    } catch (error) {
      if (!(error instanceof PublishError) || !error.refused) throw error;
      return this.#sendOneByOne(claims, rows, blocked);
    }
    await this.#failpoints.hit("after-publish-before-mark");
    return this.#mark(claims, rows);
  }

  /** Rows of a refused row's key stay behind it, for the rest of the round too; every other key goes on. */
  async #sendOneByOne(claims: Claim[], rows: OutboxRow[], blocked: Set<string>): Promise<number> {
    let sent = 0;
    for (const row of rows) {
      if (row.key !== null && blocked.has(row.key)) continue;
      const went = await this.#sendAlone(claims, row);
      sent += went;
      if (went === 0 && row.key !== null) blocked.add(row.key);
    }
    return sent;
  }

  async #sendAlone(claims: Claim[], row: OutboxRow): Promise<number> {
    try {
      await this.#producer.sendBatch([row.outgoing]);
    } catch (error) {
      if (!(error instanceof PublishError) || !error.refused) throw error;
      await this.#refused(claims, row, error.code);
      return 0;
    }
    return this.#mark(claims, [row]);
  }

  async #mark(claims: Claim[], rows: OutboxRow[]): Promise<number> {
    const marked = await this.#rows.mark(claims, rows);
    this.#status.sent += marked;
    this.#status.lastSentAt = Date.now();
    if (marked < rows.length) {
      const { service, holder, log } = this.#options;
      log.warn(
        { service, holder, unmarked: rows.length - marked },
        "A lease was lost; rows may be sent again",
      );
    }
    return marked;
  }

  async #refused(claims: Claim[], row: OutboxRow, code: string): Promise<void> {
    await this.#rows.refuse(claims, row, code);
    const waitMs = Math.min(REFUSED_FIRST_MS * 2 ** row.attempts, REFUSED_MAX_MS);
    this.#refusedUntil.set(row.id, Date.now() + waitMs);
    this.#status.refused++;
    const { log, service } = this.#options;
    const fields = { service, seq: row.seq.toString(), id: row.id, topic: row.outgoing.topic, code };
    log.error(fields, "The broker refused an outbox row; its key waits behind it");
  }

  /** A lease that cannot be given back runs out by itself. */
  async #release(claims: Claim[]): Promise<void> {
    try {
      await this.#rows.release(claims);
    } catch (error) {
      this.#options.log.warn(
        { holder: this.#options.holder, code: errorCodeOf(error) },
        "A lease was not given back",
      );
    }
  }
}

/**
 * Creates a relay of the outbox in the pool's search path: at least once, never lost, the order of each key's first
 * occurrences kept, several relays at once, each killed anywhere. A row the broker refuses (`attempts`, `last_error`)
 * blocks its key alone and is tried again after 1 s to 60 s.
 */
export function createRelay(options: RelayOptions): Relay {
  return new OutboxRelay(options);
}
