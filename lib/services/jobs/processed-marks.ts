import type { ProcessedMark } from "#lib/domain/jobs/job-plan.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";

const DAY_MS = 24 * 3_600_000;
/** How long the kit's inbox remembers, where the configuration declares nothing. */
const INBOX_DAYS = 35;

/** A copy as its group's inbox would see it. */
export interface MarkedEvent {
  group: string | null;
  eventId: string | null;
  /** When the record was first written, epoch ms. */
  at: number | null;
}

/**
 * processedMarks tells of copies whether their group has processed their event: `past-window` where its memory of it
 * may be gone; `unknown` where no database tells. Never throws but for the signal.
 */
export async function processedMarks(ctx: PlanCtx, events: readonly MarkedEvent[]): Promise<ProcessedMark[]> {
  const processed = new Map<string, ReadonlySet<string> | null>();
  for (const group of new Set(events.map((each) => each.group))) {
    if (group === null) continue;
    const eventIds = events.flatMap((each) =>
      each.group === group && each.eventId !== null ? [each.eventId] : [],
    );
    const asked = { cluster: ctx.cluster, group, eventIds: [...new Set(eventIds)] };
    const told = await ctx.jobs.processed.processed(asked, ctx.signal);
    processed.set(group, told.state === "known" ? told.processed : null);
  }
  return events.map(({ group, eventId, at }) => {
    const known = group === null ? null : (processed.get(group) ?? null);
    if (group === null || eventId === null || known === null) return "unknown";
    if (known.has(eventId)) return "processed";
    const days = ctx.jobs.settings.group(group).dedupDays ?? INBOX_DAYS;
    return at !== null && ctx.now() - at > days * DAY_MS ? "past-window" : "never";
  });
}
