import type { Saga, SagaEntry, SagaStep } from "#lib/domain/sagas/saga.ts";
import type { Timeline } from "#lib/domain/sagas/timeline.ts";

/** The clock's zero of these tests, epoch ms. */
export const T0 = Date.UTC(2026, 10, 22, 10, 41);

/** A step that is still to come, unless it is changed; times are ms after {@link T0}. */
export function step(name: string, change: Partial<SagaStep> = {}): SagaStep {
  const base: SagaStep = {
    name,
    service: `${name}-service`,
    state: "to-come",
    attempts: null,
    sentAt: null,
    dueAt: null,
    endedAt: null,
    commandTopic: `shop.${name}.requested`,
    commandId: null,
    input: null,
    output: null,
    error: null,
    pivot: false,
    compensation: null,
    ...change,
  };
  const at = (ms: number | null) => (ms === null ? null : T0 + ms);
  return { ...base, sentAt: at(base.sentAt), dueAt: at(base.dueAt), endedAt: at(base.endedAt) };
}

type Told = readonly [ms: number | null, kind: SagaEntry["kind"], step?: string, more?: Partial<SagaEntry>];

/** A journal from `[ms after T0, kind, step, more]`, numbered in the order given. */
export function journal(...told: Told[]): SagaEntry[] {
  return told.map(([ms, kind, of, more], index) => ({
    seq: index + 1,
    at: ms === null ? null : T0 + ms,
    kind,
    step: of ?? null,
    service: null,
    topic: null,
    eventId: null,
    record: null,
    detail: null,
    actor: null,
    ...more,
  }));
}

/** A saga of `fulfilment` that runs, unless it is changed. */
export function saga(change: Partial<Saga> = {}): Saga {
  return {
    id: "shop~fulfilment~f1",
    source: "shop",
    type: "fulfilment",
    sagaId: "f1",
    kind: "orchestrated",
    state: "running",
    stuck: null,
    step: null,
    correlationId: "c1",
    startedAt: T0,
    updatedAt: T0,
    endedAt: null,
    cluster: "demo",
    service: "fulfilment",
    version: 1,
    parkedReason: null,
    data: {},
    steps: [],
    journal: [],
    missing: [],
    next: null,
    ...change,
  };
}

const ms = (at: number | null) => (at === null ? "now" : String(at - T0));

/** A timeline as lines: a lane, then its rows with bars `kind outcome from-to xmessages`, marks, timer, what is to come. */
export function drawn({ lanes }: Timeline): string[] {
  return lanes.flatMap(({ service, rows }) =>
    rows.map(({ step: name, pivot, bars, marks, dueAt, toCome }) =>
      [
        `${service ?? "?"} / ${name ?? "-"}${pivot ? " (pivot)" : ""}:`,
        ...bars.map(
          ({ kind, outcome, fromAt, toAt, beginKnown, entries }) =>
            `[${kind} ${outcome} ${beginKnown ? ms(fromAt) : "?"}-${ms(toAt)} x${entries.length}]`,
        ),
        ...marks.map(({ kind, at }) => `${kind}@${ms(at)}`),
        ...(dueAt === null ? [] : [`due@${ms(dueAt)}`]),
        ...(toCome === null ? [] : [`to come: ${toCome.kind} ${toCome.order}`]),
      ].join(" "),
    ),
  );
}
