import { Duration } from "#components/ui/duration.tsx";
import { formatInstantFull } from "#components/ui/format-instant.ts";
import { Quantity } from "#components/ui/quantity.tsx";
import { StatRow } from "#components/ui/stat-row.tsx";
import { Stat } from "#components/ui/stat.tsx";
import type { ResetPlan } from "#lib/domain/offset-resets/offset-reset.ts";
import { ratePhrase } from "#lib/domain/time/phrase.ts";

/** The sums of a plan: what is read again and skipped, what is gone, and how long it takes to catch up. */
export function PlanTotalsRow({ plan }: { plan: ResetPlan }) {
  const { totals } = plan;
  const most = totals.atMost ? "at most" : undefined;
  const span =
    totals.fromAt !== null && totals.toAt !== null
      ? `${formatInstantFull(totals.fromAt)} to ${formatInstantFull(totals.toAt)}`
      : undefined;
  return (
    <StatRow>
      <Stat
        label="Partitions changed"
        value={<Quantity value={totals.changed} />}
        meta={`of ${plan.rows.length + plan.left.length}`}
      />
      <Stat
        label="Read again"
        value={<Quantity value={totals.reread} unit="records" />}
        meta={most ?? "by offsets"}
      />
      <Stat
        label="Skipped"
        value={<Quantity value={totals.skipped} unit="records" />}
        meta={most ?? "by offsets"}
        {...(totals.skipped > 0 ? { tone: "warning" as const } : {})}
      />
      <Stat
        label="Time span"
        value={
          <Duration
            ms={totals.fromAt !== null && totals.toAt !== null ? totals.toAt - totals.fromAt : null}
            reason="No record of these moves tells its time."
          />
        }
        meta={span ?? "by the records themselves"}
      />
      <Stat
        label="Gone"
        value={<Quantity value={totals.taken} unit="records" />}
        meta="taken by retention"
        {...(totals.taken > 0 ? { tone: "warning" as const } : {})}
      />
      <Stat
        label="Caught up in"
        value={<Duration ms={plan.drainsInMs} reason={noEta(plan)} />}
        meta={
          plan.consumeRate === null
            ? "no rate measured"
            : `at ${ratePhrase(plan.consumeRate)}, its usual rate`
        }
      />
    </StatRow>
  );
}

function noEta({ totals, consumeRate }: ResetPlan): string {
  if (totals.lagAfter === null) return "Where a partition has no commit, nobody knows what is left to read.";
  if (consumeRate === null) return "No sweep of the last day saw the group read.";
  return "At its usual rate the group does not gain on what arrives.";
}
