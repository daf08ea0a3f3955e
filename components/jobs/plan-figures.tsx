import { Quantity } from "#components/ui/quantity.tsx";
import { StatRow } from "#components/ui/stat-row.tsx";
import { Stat } from "#components/ui/stat.tsx";
import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";

import { CountedAt } from "./counted-at.tsx";
import { sumOf } from "./plan-sums.ts";

const DELIVERY = {
  "exactly-once": { word: "exactly once", meta: "if read committed" },
  "at-least-once": { word: "at least once", meta: "no transactions there" },
} as const;

/** The counts of a plan in one row. */
export function PlanFigures({ plan }: { plan: JobPlan }) {
  const held = sumOf(plan.held);
  const refused = sumOf(plan.refused);
  const { processed } = plan;
  const told = processed.never + processed.processed + processed["past-window"] > 0;
  return (
    <StatRow>
      <Stat
        label="To be sent"
        value={<Quantity value={plan.records} unit="records" />}
        meta={<CountedAt plan={plan} />}
      />
      <Stat
        label="Size"
        value={
          <Quantity
            kind="bytes"
            value={plan.bytes}
            reason="The records of ranges are not read for the plan."
          />
        }
        meta={
          plan.largestBytes === null ? (
            "largest not known"
          ) : (
            <span>
              largest <Quantity kind="bytes" value={plan.largestBytes} />
            </span>
          )
        }
      />
      <Stat
        label="Held"
        value={<Quantity value={held} unit="records" />}
        meta="until you choose"
        {...(held > 0 ? { tone: "warning" as const } : {})}
      />
      <Stat
        label="Refused"
        value={<Quantity value={refused} unit="records" />}
        meta="never sent"
        {...(refused > 0 ? { tone: "warning" as const } : {})}
      />
      <Stat
        label="Processed already"
        value={
          <Quantity
            value={told ? processed.processed : null}
            unit="records"
            reason="No table of processed events is known for the group."
          />
        }
        meta={
          processed["past-window"] > 0
            ? `${processed["past-window"].toLocaleString("en-US")} past the window`
            : "would be swallowed"
        }
        {...(processed.processed > 0 ? { tone: "warning" as const } : {})}
      />
      <Stat
        label="Delivery"
        value={DELIVERY[plan.delivery].word}
        meta={
          <span title={plan.deliveryReason ?? undefined}>
            {plan.deliveryReason ?? DELIVERY[plan.delivery].meta}
          </span>
        }
        {...(plan.delivery === "at-least-once" ? { tone: "warning" as const } : {})}
      />
    </StatRow>
  );
}
