import type { Pool } from "pg";
import { forgetProcessed } from "#kit/inbox.ts";
import type { KitLog } from "#kit/log.ts";
import { forgetSent } from "#kit/outbox.ts";
import { every, type Loop } from "./every.ts";

const PAUSE_MS = 60 * 60_000;

/** Forgets, once an hour, what a service's outbox sent a week ago and its inbox handled 35 days ago. */
export function startHousekeeping(pool: Pool, log: KitLog): Loop {
  return every({
    name: "housekeeping",
    pauseMs: PAUSE_MS,
    log,
    work: async () => {
      const [sentForgotten, processedForgotten] = [await forgetSent(pool), await forgetProcessed(pool)];
      log.debug({ sentForgotten, processedForgotten }, "Housekeeping done");
    },
  });
}
