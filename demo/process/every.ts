import { setTimeout as delay } from "node:timers/promises";
import type { KitLog } from "#kit/log.ts";
import { errorFields } from "./error-fields.ts";

/** A loop that can be stopped. */
export interface Loop {
  /** Ends the pause, waits for the round in hand, and begins no other. */
  stop(): Promise<void>;
}

/** What is done again and again, and how often. */
export interface LoopOptions {
  /** What the loop does, for the log. */
  readonly name: string;
  /** The pause between the end of a round and the start of the next. */
  readonly pauseMs: number;
  readonly log: KitLog;
  readonly work: (signal: AbortSignal) => Promise<void>;
}

/**
 * Runs `work` until it is stopped, one round at a time. A round that throws is logged and the loop goes on: the first
 * of a row as a warning, the rest as debug, so that an outage is one line and not a flood.
 */
export function every(options: LoopOptions): Loop {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };

  async function run(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await options.work(signal);
        if (failures > 0) options.log.info({ loop: options.name, failures }, "Loop works again");
        failures = 0;
      } catch (error) {
        failures += 1;
        const level = failures === 1 ? "warn" : "debug";
        options.log[level]({ loop: options.name, ...errorFields(error) }, "Loop round failed");
      }
      await pause(options.pauseMs, signal);
    }
  }
}

/** Waits `ms`, or until the signal aborts: it then returns early and does not throw. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
