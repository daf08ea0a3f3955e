import type { ChoreographyMap, ChoreographyRule } from "#lib/domain/sagas/choreography.ts";

/** ChoreographyStep is one hop between services on the success path of a map. */
export interface ChoreographyStep {
  /** The events that end it, as a text; unique in its map. */
  readonly name: string;
  /** The event that it begins with. */
  readonly event: string;
  /** The events that end it well. */
  readonly next: readonly string[];
  /** The other events that the rule allows: the step failed. */
  readonly failures: readonly string[];
  readonly withinMs: number;
  /** The compensating event of the same entity (`order.payment.cancelled` for `order.payment.completed`); null without one. */
  readonly compensation: string | null;
}

/** From so many steps on an orchestrator is advised. */
const STEPS_WITHOUT_ADVICE = 3;

/**
 * stepsOf are the hops of a map's success path, in the order of the path: the rules from a starting event on that lead
 * to a completing event. Compensations are no steps.
 */
export function stepsOf(map: ChoreographyMap): ChoreographyStep[] {
  const good = leadsToSuccess(map);
  const steps: ChoreographyStep[] = [];
  const seen = new Set<string>();
  let events = map.starts.filter((event) => good.has(event));
  while (events.length > 0) {
    const reached: string[] = [];
    for (const event of events) {
      if (seen.has(event)) continue;
      seen.add(event);
      for (const rule of map.rules.filter((each) => each.event === event)) {
        const next = rule.next.filter((each) => good.has(each));
        if (next.length === 0) continue;
        steps.push(stepOf(map, rule, { next, taken: steps }));
        reached.push(...next);
      }
    }
    events = reached;
  }
  return steps;
}

function stepOf(
  map: ChoreographyMap,
  rule: ChoreographyRule,
  { next, taken }: { next: readonly string[]; taken: readonly ChoreographyStep[] },
): ChoreographyStep {
  const plain = eitherOf(next);
  const name = taken.some((each) => each.name === plain) ? `${plain} after ${rule.event}` : plain;
  const entities = next.map(entityOf);
  return {
    ...{ name, event: rule.event, next, withinMs: rule.withinMs },
    failures: rule.next.filter((each) => !next.includes(each)),
    compensation: map.compensations.find((each) => entities.includes(entityOf(each))) ?? null,
  };
}

/** The events from which a completing event can be reached without a compensation. */
function leadsToSuccess({ rules, completes, compensations, compensates }: ChoreographyMap): Set<string> {
  const bad = new Set([...compensations, ...compensates]);
  const good = new Set(completes.filter((event) => !bad.has(event)));
  for (let before = -1; before !== good.size;) {
    before = good.size;
    for (const { event, next } of rules)
      if (!bad.has(event) && next.some((each) => good.has(each))) good.add(event);
  }
  return good;
}

/** `order.payment` of `order.payment.completed`; the whole name of a topic that is named otherwise. */
const entityOf = (topic: string): string => topic.split(".").slice(0, 2).join(".");

/** eitherOf writes alternatives: `a`, `a or b`, `a, b or c`. */
export function eitherOf(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

/**
 * adviceOf says why a choreography should be orchestrated, with the hops as evidence; null up to three steps. Beyond
 * that no service can say where an instance stands, and each new step changes its neighbours.
 */
export function adviceOf(map: ChoreographyMap): string | null {
  const steps = stepsOf(map);
  if (steps.length <= STEPS_WITHOUT_ADVICE) return null;
  const first = steps[0];
  const path = [first?.event ?? "", ...steps.map(({ next }) => eitherOf(next))].join(" → ");
  const failing = steps.filter(({ failures }) => failures.length > 0).length;
  const ways = failing === 0 ? "" : ` ${failing} of them can fail and must be undone by the others.`;
  return (
    `It has ${steps.length} steps (${path}).${ways} ` +
    `With more than ${STEPS_WITHOUT_ADVICE} steps one service that decides what comes next is easier to follow and to mend.`
  );
}
