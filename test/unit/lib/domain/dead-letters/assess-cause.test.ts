import { describe, expect, test } from "vitest";
import { assessCause } from "#lib/domain/dead-letters/assess-cause.ts";
import type { ArrivalStep, CauseFacts, GroupFlow } from "#lib/domain/dead-letters/cause-evidence.ts";
import { leaningOf } from "#lib/domain/dead-letters/failure-words.ts";

const STEP_MS = 5_000;
const SWEEP_MS = 10_000;
const START_AT = 1_800_000_000_000;

/** Dead letters at `perSecond` from the start on, up to `untilMs` after it, in steps. */
function arrivalsOf(perSecond: number, untilMs: number): ArrivalStep[] {
  const steps: ArrivalStep[] = [];
  for (let from = 0; from < untilMs; from += STEP_MS) {
    const count =
      Math.floor((Math.min(from + STEP_MS, untilMs) / 1_000) * perSecond) -
      Math.floor((from / 1_000) * perSecond);
    if (count > 0) steps.push({ at: START_AT + from, count });
  }
  return steps;
}

/** Sweeps of a group: `before` records a second until the start, `after` from then on; the phase is the beat's. */
function flowsOf({
  before,
  after,
  phaseMs,
  untilMs,
}: {
  before: number;
  after: number;
  phaseMs: number;
  untilMs: number;
}): GroupFlow[] {
  const flows: GroupFlow[] = [];
  for (let from = phaseMs - 60_000; from + SWEEP_MS <= untilMs; from += SWEEP_MS) {
    const calmMs = Math.min(SWEEP_MS, Math.max(0, -from));
    const records = Math.round((calmMs * before + (SWEEP_MS - calmMs) * after) / 1_000);
    flows.push({ fromAt: START_AT + from, toAt: START_AT + from + SWEEP_MS, records });
  }
  return flows;
}

const facts = (some: Partial<CauseFacts>): CauseFacts => ({
  ...{ causeClass: null, message: null, sourceTopic: "order.order.created", group: "payments" },
  ...{ firstSeenAt: START_AT, stepMs: STEP_MS, keys: 20, keySpread: { total: 20, most: 1 } },
  ...{ arrivals: arrivalsOf(2, 10_000), flows: [], neighbours: [] },
  ...some,
});

/** The shop's orders a second at the crest and at the trough of its day, and a busier shop. */
const ORDER_RATES = [3, 12, 20, 28, 100];
/** Where in the beat of the sweeps the fault begins. */
const PHASES_MS = [0, 3_000, 7_000, 9_999];
const GROUPS = ["payments", "notifications", "orders-projection"];

/** demo/scenarios/poison.ts: of orders, 4 % unreadable in three ways for each of three groups, 3 % break one of two rules. */
const POISON_CAUSES = [
  ["SyntaxError", "Unterminated string in JSON at position 151", 0.04 / 3, GROUPS],
  ["ShapeError", "totalCents is not a whole number", 0.04 / 3, GROUPS],
  ["SyntaxError", 'Unexpected token "\0" is not valid JSON', 0.04 / 3, GROUPS],
  ["BrokenOrderError", "A line's quantity is at least 1", 0.015, ["payments"]],
  ["BrokenOrderError", "An order's total is the sum of its lines and the shipping", 0.015, ["payments"]],
] as const;
const poison = POISON_CAUSES.flatMap(([causeClass, message, share, groups]) =>
  groups.flatMap((group) => ORDER_RATES.map((rate) => ({ causeClass, message, share, groups, group, rate }))),
);

describe("the shop's poison", () => {
  test.each(poison)("$causeClass of $group at $rate orders a second is poison from the 20th on", (one) => {
    const { causeClass, message, group, share, rate } = one;
    const perSecond = share * rate;
    for (const afterMs of [0, 5_000, 15_000, 60_000]) {
      for (const phaseMs of PHASES_MS) {
        const untilMs = 20_000 / perSecond + afterMs;
        const arrivals = arrivalsOf(perSecond, untilMs).slice(-120);
        const total = Math.round((perSecond * untilMs) / 1_000);
        const neighbours = one.groups
          .filter((other) => other !== group)
          .map((other) => ({ causeClass, sourceTopic: "order.order.created", group: other, arrivals }));
        const flows = flowsOf({ before: rate, after: rate, phaseMs, untilMs });
        const verdict = assessCause(
          facts({
            causeClass,
            message,
            group,
            arrivals,
            flows,
            neighbours,
            keys: total,
            keySpread: { total, most: 1 },
          }),
        );
        expect(verdict.kind, verdict.sentence).toBe("poison-pill");
      }
    }
  });

  // Two beats of the sweep are needed: where the 20th comes at once, that takes longer than 15 s.
  test.each([...ORDER_RATES.slice(0, -1).map((rate) => [rate, 15_000] as const), [100, 30_000] as const])(
    "with an error that names nothing it is told by the flow, at %i orders a second within %i ms",
    (rate, afterMs) => {
      const untilMs = 20_000 / (0.03 * rate) + afterMs;
      const arrivals = arrivalsOf(0.03 * rate, untilMs).slice(-120);
      for (const phaseMs of PHASES_MS) {
        const flows = flowsOf({ before: rate, after: rate, phaseMs, untilMs });
        const verdict = assessCause(facts({ causeClass: "AcmeProblem", arrivals, flows }));
        expect(verdict.kind, verdict.sentence).toBe("poison-pill");
      }
    },
  );
});

/** demo/scenarios/outage.ts: payments' six workers fail three times in 3 s each, on whatever comes. */
describe("the shop's outage", () => {
  const OUTAGE_CAUSES = [
    ["error", 'role "shop_payments" is not permitted to log in'],
    ["error", "role <text> is not permitted to log in"],
    ["error", "terminating connection due to administrator command"],
    // Where neither class nor message names it, the flow tells.
    ["AcmeProblem", "no"],
    [null, null],
  ] as const;
  const cases = OUTAGE_CAUSES.flatMap(([causeClass, message]) =>
    ORDER_RATES.map((rate) => ({ causeClass, message, rate, perSecond: Math.min(2, rate) })),
  );
  test.each(cases)(
    "$causeClass, $message at $rate orders a second is an outage within 15 s of the 20th",
    (one) => {
      const { causeClass, message, rate, perSecond } = one;
      for (const phaseMs of PHASES_MS) {
        const untilMs = 20_000 / perSecond + 15_000;
        const total = Math.floor((perSecond * untilMs) / 1_000);
        const verdict = assessCause(
          facts({
            ...{ causeClass, message, arrivals: arrivalsOf(perSecond, untilMs) },
            flows: flowsOf({ before: rate, after: perSecond, phaseMs, untilMs }),
            ...{ keys: total, keySpread: { total, most: 1 } },
          }),
        );
        expect(verdict.kind, verdict.sentence).toBe("outage");
      }
    },
  );

  test("is one before any sweep has seen it, by its words", () => {
    const verdict = assessCause(
      facts({ causeClass: "error", message: "role <text> is not permitted to log in" }),
    );
    expect(verdict).toEqual({
      kind: "outage",
      sentence:
        "Looks like an outage: 20 dead letters of 20 keys within 10 s, never before; " +
        "the error names a connection, a time-out or an overload.",
    });
  });
});

describe("each rule", () => {
  const steady = flowsOf({ before: 20, after: 20, phaseMs: 0, untilMs: 60_000 });
  const stopped = flowsOf({ before: 20, after: 2, phaseMs: 0, untilMs: 60_000 });
  const minute = { arrivals: arrivalsOf(2, 60_000), keys: 120, keySpread: { total: 120, most: 2 } };
  const narrow = { keys: 3, keySpread: { total: 120, most: 60 } };
  const other = (some: object) => ({
    ...{ causeClass: "AcmeProblem", sourceTopic: "order.order.created", group: "payments" },
    ...{ arrivals: arrivalsOf(2, 60_000), ...some },
  });
  test.each([
    ["two dead letters tell nothing", { arrivals: arrivalsOf(2, 1_000) }, "unclear"],
    ["few keys are poison", { ...minute, ...narrow, causeClass: "AcmeProblem" }, "poison-pill"],
    [
      "one key of many that takes most is poison",
      { ...minute, keys: 40, keySpread: { total: 120, most: 60 } },
      "poison-pill",
    ],
    [
      "few keys of a dependency, the rest passing, are not told",
      { ...minute, ...narrow, causeClass: "java.net.ConnectException" },
      "unclear",
    ],
    [
      "a flaky dependency is an outage",
      { ...minute, causeClass: "java.net.SocketTimeoutException", flows: steady },
      "outage",
    ],
    ["everything fails: outage", { ...minute, causeClass: "AcmeProblem", flows: stopped }, "outage"],
    [
      "everything fails on a null: a faulty release, outage",
      { ...minute, causeClass: "java.lang.NullPointerException", flows: stopped },
      "outage",
    ],
    [
      "everything fails in several groups, on the record: its producer",
      {
        ...minute,
        causeClass: "SyntaxError",
        flows: stopped,
        neighbours: [other({ causeClass: "SyntaxError", group: "projection" })],
      },
      "poison-pill",
    ],
    [
      "a small share of a steady flow is poison",
      { ...minute, causeClass: "AcmeProblem", flows: steady },
      "poison-pill",
    ],
    [
      "an error of the record is poison, whatever is known of the flow",
      { ...minute, causeClass: "ShapeError" },
      "poison-pill",
    ],
    [
      "two groups that fail alike are poison",
      { ...minute, causeClass: "AcmeProblem", neighbours: [other({ group: "projection" })] },
      "poison-pill",
    ],
    [
      "a small share beside an outage of the same group is not told",
      {
        ...minute,
        arrivals: arrivalsOf(0.2, 60_000),
        causeClass: "AcmeProblem",
        flows: stopped,
        neighbours: [other({ causeClass: "error" })],
      },
      "unclear",
    ],
    ["without a flow and a word, nothing is told", { ...minute, causeClass: "AcmeProblem" }, "unclear"],
    [
      "a pause of a minute ends a burst",
      {
        arrivals: [
          { at: START_AT, count: 50 },
          { at: START_AT + 70_000, count: 2 },
        ],
      },
      "unclear",
    ],
  ] as const)("%s", (_, some, kind) => {
    const verdict = assessCause(facts(some));
    expect(verdict.kind, verdict.sentence).toBe(kind);
  });
});

describe("the sentence", () => {
  test.each([
    [
      "says the share and the spread",
      { causeClass: "ShapeError", flows: flowsOf({ before: 20, after: 20, phaseMs: 0, untilMs: 10_000 }) },
      "Looks like poison pills: 20 dead letters of 20 keys within 10 s, never before; 10 % of what payments went " +
        "through meanwhile; ShapeError is an error of the record.",
    ],
    [
      "says what is missing",
      { keys: 0, keySpread: null, firstSeenAt: START_AT - 1 },
      "Not clear yet: 20 dead letters within 10 s; it is not known how many other records succeed; the records carry " +
        "no keys; the error names neither a dependency nor the record.",
    ],
    [
      "says that there are too few",
      { arrivals: [{ at: START_AT, count: 1 }], keys: 1, keySpread: { total: 1, most: 1 } },
      "Not clear yet: 1 dead letter of one key within 5 s, never before; too few to tell.",
    ],
    [
      "says which groups fail alike and how much one key takes",
      {
        ...{ causeClass: "SyntaxError", keys: 1_000, keySpread: { total: 4_000, most: 2_400 } },
        neighbours: [
          {
            causeClass: "SyntaxError",
            sourceTopic: "order.order.created",
            group: "emails",
            arrivals: arrivalsOf(1, 5_000),
          },
        ],
      },
      "Looks like poison pills: 20 dead letters of 1,000 keys or more, 60 % of them of one within 10 s, never before; " +
        "SyntaxError is an error of the record; emails, payments fail alike on this topic.",
    ],
  ] as const)("%s", (_, some, sentence) => {
    expect(assessCause(facts(some as Partial<CauseFacts>)).sentence).toBe(sentence);
  });
  test("never tells the message: who may not read records may read it", () => {
    const message = "password authentication failed for jane@acme.example";
    const { kind, sentence } = assessCause(facts({ causeClass: "error", message }));
    expect(kind).toBe("outage");
    expect(sentence).not.toContain("jane");
  });
  test("stays, in the past tense, when nothing comes any more", () => {
    const verdict = { kind: "outage", sentence: "Looks like an outage: 20 dead letters." } as const;
    const kept = assessCause(facts({ arrivals: [], verdict }));
    expect(kept).toEqual({ kind: "outage", sentence: "Looked like an outage: 20 dead letters." });
    expect(assessCause(facts({ arrivals: [], verdict: kept }))).toEqual(kept);
  });
});

describe("where the words of an error point", () => {
  test.each([
    ["java.net.ConnectException", null, "dependency"],
    ["java.net.UnknownHostException", null, "dependency"],
    ["java.sql.SQLTransientConnectionException", null, "dependency"],
    ["org.springframework.web.client.ResourceAccessException", null, "dependency"],
    ["System.Net.Sockets.SocketException", null, "dependency"],
    ["System.TimeoutException", null, "dependency"],
    ["io.github.resilience4j.circuitbreaker.CallNotPermittedException", null, "dependency"],
    ["Error", "connect ECONNREFUSED 127.0.0.1:5432", "dependency"],
    ["Error", "getaddrinfo ENOTFOUND db", "dependency"],
    [null, "dial tcp 10.0.0.5:5432: connect: connection refused", "dependency"],
    ["error", "sorry, too many clients already; too many clients", "dependency"],
    ["com.fasterxml.jackson.core.JsonParseException", null, "record"],
    ["org.apache.kafka.common.errors.SerializationException", null, "record"],
    ["java.lang.IllegalArgumentException", "connection refused by rule", "record"],
    ["org.springframework.dao.DataIntegrityViolationException", null, "record"],
    ["SyntaxError", null, "record"],
    ["com.acme.schema.json.Problem", null, "neither"],
    ["com.acme.PaymentDeclined", "card expired", "neither"],
    [null, null, "neither"],
  ] as const)("%s, %s: %s", (causeClass, message, leaning) => {
    expect(leaningOf(causeClass, message)).toBe(leaning);
  });
});
