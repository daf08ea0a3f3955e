import { formatCount, formatQuantity } from "#components/ui/format-quantity.ts";
import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { JobSource, RangeEdge } from "#lib/domain/jobs/job-source.ts";
import type { Pace } from "#lib/domain/jobs/job.ts";
import type { Transform } from "#lib/domain/jobs/transform.ts";

import { clockOf } from "./job-words.ts";

/** ORDER_WORDS: in which order the records of a plan are sent. */
export const ORDER_WORDS: Readonly<Record<JobPlan["order"], string>> = {
  origin: "as they first stood in their source",
  "dead-letter": "as they stand in the dead-letter topic: an origin is not told",
  source: "each partition in its own order",
};

/** sourceWords says what a job copies: `12 dead letters`, `order.order.placed, from the start to the end`. */
export function sourceWords(source: JobSource): string {
  if (source.kind === "dead-letters") {
    const count =
      source.selection.kind === "ids" ? source.selection.ids.length : source.selection.frozen.count;
    const by = source.selection.kind === "ids" ? "chosen one by one" : "all that the filter matched";
    return `${formatCount(count)} ${count === 1 ? "dead letter" : "dead letters"}, ${by}`;
  }
  const topics = source.topics.map(({ topic }) => topic).join(", ");
  const filters = [
    ...(source.keys.length === 0 ? [] : [`${formatCount(source.keys.length)} keys only`]),
    ...(source.eventTypes.length === 0 ? [] : [`${source.eventTypes.join(", ")} only`]),
  ];
  return [`${topics}, from ${edgeWords(source.from)} to ${edgeWords(source.to)}`, ...filters].join("; ");
}

function edgeWords(edge: RangeEdge): string {
  switch (edge.kind) {
    case "start":
      return "the start";
    case "end":
      return "the end";
    case "offset":
      return `offset ${formatCount(edge.offset)}`;
    case "time":
      return new Date(edge.at).toLocaleString("en-GB");
  }
}

/** transformWords says what is done to each record before it is sent. */
export function transformWords({ headers, value, newEventId }: Transform): string {
  const parts = [
    ...(headers.drop.length === 0 ? [] : [`drops ${headers.drop.join(", ")}`]),
    ...(headers.set.length === 0 ? [] : [`sets ${headers.set.map(({ name }) => name).join(", ")}`]),
    ...(value.kind === "patch" ? ["a JSON patch on the value"] : []),
    ...(value.kind === "script" ? ["JavaScript on each record"] : []),
    ...(newEventId ? ["a new event id"] : []),
  ];
  return parts.length === 0 ? "not at all: byte for byte as they came" : parts.join("; ");
}

/** paceWords says how fast and in which steps: `50/s; canary 1, 5, 50, all; stops when 10% return`. */
export function paceWords({ recordsPerSecond, canary, window, stopAtReturnedPercent }: Pace): string {
  return [
    recordsPerSecond === null ? "no brake" : formatQuantity("rate", recordsPerSecond),
    canary ? "canary 1, 5, 50, then all" : "all at once, no canary",
    `stops when ${stopAtReturnedPercent}% return`,
    ...(window === null
      ? []
      : [`from ${clockOf(window.fromMinute)} to ${clockOf(window.toMinute)} UTC only`]),
  ].join("; ");
}
