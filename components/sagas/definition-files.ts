import type { FileColumn } from "#components/ui/table-file.ts";

import { standingOf, worstStep } from "./definition-figures.ts";
import type { DrawnStep } from "./drawn-steps.ts";
import type { ShownDefinition } from "./use-definitions.ts";

/** Types of sagas as a file. */
export const DEFINITION_FILE: readonly FileColumn<ShownDefinition>[] = [
  { name: "source", value: (row) => row.source },
  { name: "type", value: (row) => row.type },
  { name: "kind", value: (row) => row.kind },
  { name: "service", value: (row) => row.service },
  { name: "steps", value: (row) => row.steps.map(({ name }) => name) },
  { name: "under_way", value: (row) => standingOf(row).standing },
  { name: "stuck", value: (row) => standingOf(row).stuck },
  { name: "fails_most_at", value: (row) => worstStep(row)?.step ?? null },
  { name: "failure_rate", value: (row) => worstStep(row)?.failureRate ?? null },
  { name: "ended", value: (row) => row.duration?.n ?? null },
  { name: "p50_ms", value: (row) => row.duration?.p50Ms ?? null },
  { name: "p90_ms", value: (row) => row.duration?.p90Ms ?? null },
  { name: "p99_ms", value: (row) => row.duration?.p99Ms ?? null },
  { name: "advice", value: (row) => row.advice },
];

/** The steps of a type as a file. */
export const DEFINED_STEP_FILE: readonly FileColumn<DrawnStep>[] = [
  { name: "step", value: (row) => row.name },
  { name: "service", value: (row) => row.service },
  { name: "command_topic", value: (row) => row.commandTopic },
  { name: "reply_topics", value: (row) => row.replyTopics },
  { name: "compensation_topic", value: (row) => row.compensationTopic },
  { name: "pivot", value: (row) => row.pivot },
  { name: "timeout_ms", value: (row) => row.timeoutMs },
  { name: "attempts", value: (row) => row.attempts },
  { name: "standing", value: (row) => row.figures?.standing ?? null },
  { name: "stuck", value: (row) => row.figures?.stuck ?? null },
  { name: "failure_rate", value: (row) => row.figures?.failureRate ?? null },
  { name: "p50_ms", value: (row) => row.figures?.duration?.p50Ms ?? null },
  { name: "p90_ms", value: (row) => row.figures?.duration?.p90Ms ?? null },
  { name: "p99_ms", value: (row) => row.figures?.duration?.p99Ms ?? null },
];
