import type { Column } from "#components/ui/data-table-column.ts";
import { Duration } from "#components/ui/duration.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";

import { ratePercent } from "./definition-figures.ts";
import type { DrawnStep } from "./drawn-steps.ts";

const NOT_TOLD = "Its source does not tell it.";
const NO_FIGURES = "No saga of this type has come here yet, or its source keeps no times.";

function durationColumn(id: "p50Ms" | "p90Ms" | "p99Ms"): Column<DrawnStep> {
  return {
    ...{ id, header: id.slice(0, 3), align: "right", width: "62px" },
    hint: "From its command to its answer, of the newest 1,000 sagas.",
    cell: ({ figures }) => <Duration ms={figures?.duration?.[id] ?? null} reason={NO_FIGURES} />,
  };
}

/** DEFINED_STEP_COLUMNS are the columns of the steps of a type. */
export const DEFINED_STEP_COLUMNS: readonly Column<DrawnStep>[] = [
  {
    id: "step",
    header: "Step",
    cell: ({ name, pivot }) => (
      <span title={name}>
        <span className="font-medium">{name}</span>
        {pivot && <span className="text-muted"> pivot</span>}
      </span>
    ),
  },
  {
    id: "service",
    header: "Service",
    width: "12%",
    cell: ({ service }) => service ?? <UnknownDash reason={NOT_TOLD} />,
  },
  {
    id: "topic",
    header: "Begins with",
    hint: "The topic of its command; of a choreography, the event that begins it.",
    width: "22%",
    cell: ({ commandTopic }) =>
      commandTopic === null ? (
        <UnknownDash reason={NOT_TOLD} />
      ) : (
        <span title={commandTopic}>{commandTopic}</span>
      ),
  },
  {
    id: "timeout",
    header: "Timeout",
    align: "right",
    width: "72px",
    cell: ({ timeoutMs }) => <Duration ms={timeoutMs} reason={NOT_TOLD} />,
  },
  {
    id: "attempts",
    header: "Attempts",
    align: "right",
    width: "76px",
    cell: ({ attempts }) => <Quantity value={attempts} reason={NOT_TOLD} />,
  },
  {
    id: "standing",
    header: "Here",
    hint: "Sagas that stand at this step now.",
    align: "right",
    width: "64px",
    cell: ({ figures }) => <Quantity value={figures?.standing ?? null} reason={NO_FIGURES} />,
  },
  {
    id: "stuck",
    header: "Stuck",
    align: "right",
    width: "64px",
    cell: ({ figures }) => <Quantity value={figures?.stuck ?? null} reason={NO_FIGURES} />,
  },
  {
    id: "fails",
    header: "Fails",
    hint: "Share of attempts that failed, of the newest 1,000 sagas.",
    align: "right",
    width: "68px",
    cell: ({ figures }) =>
      figures === null || figures.failureRate === null ? (
        <UnknownDash reason={NO_FIGURES} />
      ) : (
        ratePercent(figures.failureRate)
      ),
  },
  durationColumn("p50Ms"),
  durationColumn("p90Ms"),
  durationColumn("p99Ms"),
];
