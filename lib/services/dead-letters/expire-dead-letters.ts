import type { Tx } from "#lib/adapters/db/db.ts";
import { movesFrom } from "#lib/domain/dead-letters/states.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import type { FollowedTopic } from "#lib/services/dead-letters/find-dead-letter-topics.ts";

/** A batch takes some 100 ms. */
const BATCH = 5_000;
/** One beat is not spent on expiry alone. */
const BATCHES_A_BEAT = 10;
const EXPIRED_KEPT_MS = 30 * 86_400_000;
const ARRIVALS_KEPT_MS = 30 * 86_400_000;
const FINE_KEPT_MS = 3_600_000;
const FORGET_LIMIT = 20_000;
const EXPIRABLE = movesFrom("expire");

/** What the expiry runs on; `guarded` is a short transaction under the lease. */
export interface ExpiryCtx extends Pick<Ctx, "db" | "now"> {
  readonly guarded: (work: (tx: Tx) => Promise<void>) => Promise<void>;
}

/**
 * expireBelowStart expires rows whose offsets lie below the start of their log, and notes in `topic` how far it got:
 * a bounded number a call. `starts` is by partition; null where no leader tells.
 */
export async function expireBelowStart(
  ctx: ExpiryCtx,
  topic: FollowedTopic,
  starts: readonly (bigint | null)[],
): Promise<number> {
  let expired = 0;
  let batches = 0;
  for (const [partition, start] of starts.entries()) {
    while (topic.expiredBelow.length <= partition) topic.expiredBelow.push(0n);
    const fromOffset = topic.expiredBelow[partition] ?? 0n;
    if (start === null || start <= fromOffset) continue;
    // Nothing is indexed there yet.
    if ((topic.nextOffsets[partition] ?? 0n) <= fromOffset) {
      topic.expiredBelow[partition] = start;
      continue;
    }
    for (;;) {
      if ((batches += 1) > BATCHES_A_BEAT) return expired;
      let rows = 0;
      await ctx.guarded(async (tx) => {
        rows = await tx.deadLetterExpiry.expireBelow({
          ...{ topicRef: topic.ref, partition, fromOffset, belowOffset: start, states: EXPIRABLE },
          ...{ reason: "The topic no longer keeps the record.", at: ctx.now(), limit: BATCH },
        });
      });
      expired += rows;
      if (rows < BATCH) break;
    }
    topic.expiredBelow[partition] = start;
  }
  return expired;
}

/** expireEnded expires the rows of a topic that is gone or made anew; a bounded number a call. */
export async function expireEnded(ctx: ExpiryCtx, topic: FollowedTopic): Promise<number> {
  let expired = 0;
  for (let batch = 0; batch < BATCHES_A_BEAT; batch++) {
    let rows = 0;
    await ctx.guarded(async (tx) => {
      rows = await tx.deadLetterExpiry.expireTopic({
        ...{ topicRef: topic.ref, states: EXPIRABLE, at: ctx.now(), limit: BATCH },
        reason: "The topic was deleted or made anew.",
      });
    });
    expired += rows;
    if (rows < BATCH) break;
  }
  return expired;
}

/** forgetOld forgets rows that expired 30 days ago, and what is left of causes, arrivals and topics after that. */
export async function forgetOld(
  ctx: ExpiryCtx,
  cluster: string,
  topics: readonly FollowedTopic[],
): Promise<number> {
  const now = ctx.now();
  let forgotten = 0;
  const inBatches = async (limit: number, work: (tx: Tx) => Promise<number>): Promise<void> => {
    for (let rows = limit; rows >= limit;) {
      await ctx.guarded(async (tx) => {
        rows = await work(tx);
      });
      forgotten += rows;
    }
  };
  for (const { ref: topicRef } of topics) {
    const old = { topicRef, beforeAt: now - EXPIRED_KEPT_MS, limit: BATCH };
    await inBatches(BATCH, (tx) => tx.deadLetterExpiry.forget(old));
  }
  const before = {
    ...{ causesAt: now - EXPIRED_KEPT_MS, minutesAt: now - ARRIVALS_KEPT_MS },
    ...{ fineAt: now - FINE_KEPT_MS, limit: FORGET_LIMIT },
  };
  await inBatches(FORGET_LIMIT, (tx) => tx.deadLetterCauses.forget(cluster, before));
  await ctx.guarded((tx) => tx.deadLetterExpiry.forgetTopics(cluster));
  return forgotten;
}
