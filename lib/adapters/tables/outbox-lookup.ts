/** A row of a kit's outbox that was not sent yet. */
export interface UnsentEvent {
  /** The id of the database in the configuration. */
  readonly database: string;
  readonly eventId: string;
  readonly topic: string;
  readonly correlationId: string | null;
  /** Epoch ms. */
  readonly createdAt: number;
  /** How often the broker refused it. */
  readonly attempts: number;
}

/** OutboxLookup asks the kit's outboxes of a cluster's databases what was not sent; it never writes and never throws. */
export interface OutboxLookup {
  /**
   * The unsent events with one of the ids, or with one of the correlation ids among the first 5,000 unsent of a database.
   * A database that cannot be read tells nothing.
   */
  unsent(
    asked: { cluster: string; eventIds: readonly string[]; correlationIds: readonly string[] },
    signal: AbortSignal,
  ): Promise<UnsentEvent[]>;
  close(): Promise<void>;
}
