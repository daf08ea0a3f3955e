import { defineEvent, type EventDefinition } from "../event.ts";
import type { EnsureTopicsOptions } from "../topics.ts";
import type { AnySaga } from "./definition.ts";
import { repliesOf } from "./replies.ts";

/** What the consumer group of an orchestrator is named after its service. */
export const SAGA_GROUP_SUFFIX = "-saga";

/** The group that takes the commands of operators, beside the group of the replies. */
export function operatorGroup(group: string): string {
  return `${group}-operator`;
}

/** Commands of operators, keyed by the saga's id; every service with sagas reads them and takes its own. */
export const sagaCommand: EventDefinition<unknown> = defineEvent({
  topic: "sluice.saga.command",
  parse: (value) => value,
});

/** What became of them, keyed by the saga's id. */
export const sagaCommandResult: EventDefinition<unknown> = defineEvent({
  topic: "sluice.saga.command-result",
  parse: (value) => value,
});

/**
 * The topics that an orchestrator writes and reads, for `ensureTopics`: commands, answers with the group that reads
 * them, and the topics of operators' commands where it takes those. Participants name their own groups.
 */
export function sagaTopics(options: {
  service: string;
  group?: string;
  sagas: readonly AnySaga[];
  /** Whether the orchestrator has a `commandKey`. */
  operators: boolean;
}): Required<Pick<EnsureTopicsOptions, "events" | "consumers">> {
  const plain = options.sagas.map((saga) => saga.plain);
  const group = options.group ?? `${options.service}${SAGA_GROUP_SUFFIX}`;
  const commands = plain.flatMap(({ steps }) =>
    steps.flatMap(({ command, compensation }) => [command, ...(compensation ? [compensation.command] : [])]),
  );
  const replies = { group, events: repliesOf(plain) };
  if (!options.operators) return { events: commands, consumers: [replies] };
  const operators = { group: operatorGroup(group), events: [sagaCommand] };
  return { events: [...commands, sagaCommandResult], consumers: [replies, operators] };
}
