import type { Pool } from "pg";
import type { EventDefinition } from "#kit/event.ts";
import type { EventProducer } from "#kit/producer.ts";
import { SHOP_EVENTS } from "../../events.ts";
import { DUPLICATE_EVERY } from "../../scenarios/duplicates.ts";

const EVENT_OF = new Map<string, EventDefinition<unknown>>(SHOP_EVENTS.map((event) => [event.topic, event]));
const MOST_AT_ONCE = 100;

interface SentRow {
  id: string;
  topic: string;
  aggregateid: string | null;
  payload: string;
  headers: Record<string, string>;
  sent_at: Date;
}

/**
 * Publishes a share of the events once more, exactly as they are and with their own event ids: what a relay does that
 * is killed after it published and before it marked. One for each outbox, used in the weather `duplicates` only.
 */
export function createRepeater(options: { pool: Pool; producer: EventProducer }): {
  /** Repeats the share of what was sent since the last call; the first call only remembers where it stands. */
  repeat(): Promise<number>;
  forget(): void;
} {
  let since: Date | undefined;
  return {
    forget: () => {
      since = undefined;
    },
    repeat: async () => {
      const { pool, producer } = options;
      if (!since) {
        since = (await pool.query<{ now: Date }>("SELECT clock_timestamp() AS now")).rows[0]?.now;
        return 0;
      }
      const sent = await pool.query<SentRow>(
        `SELECT id, topic, aggregateid, payload, headers, sent_at FROM outbox
          WHERE seq > (SELECT coalesce(max(seq), 0) - 2000 FROM outbox) AND sent_at > $1 AND seq % $2 = 0
          ORDER BY sent_at LIMIT $3`,
        [since, DUPLICATE_EVERY, MOST_AT_ONCE],
      );
      since = sent.rows.at(-1)?.sent_at ?? since;
      for (const row of sent.rows) await publishAgain(producer, row);
      return sent.rows.length;
    },
  };
}

async function publishAgain(producer: EventProducer, row: SentRow): Promise<void> {
  const event = EVENT_OF.get(row.topic);
  if (!event) return;
  const { headers } = row;
  const occurredAt = headers["occurred-at"];
  const correlationId = headers["correlation-id"];
  const causationId = headers["causation-id"];
  const { traceparent } = headers;
  await producer.publish({
    event,
    key: row.aggregateid,
    payload: JSON.parse(row.payload) as unknown,
    eventId: row.id,
    headers,
    ...(occurredAt === undefined ? {} : { occurredAt: Date.parse(occurredAt) }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(causationId === undefined ? {} : { causationId }),
    ...(traceparent === undefined ? {} : { traceparent }),
  });
}
