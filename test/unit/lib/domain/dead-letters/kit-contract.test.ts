import { DatabaseError } from "pg";
import { describe, expect, test } from "vitest";
import { orderCreated } from "#demo/events.ts";
import { assertPayable, BrokenOrderError } from "#demo/rules.ts";
import { misencode } from "#demo/services/orders/broken-publisher.ts";
import { breakRule, draftOrder } from "#demo/services/orders/draft-order.ts";
import { createdEvent } from "#demo/services/orders/place-order.ts";
import { classifyPaymentError } from "#demo/services/payments/classify.ts";
import { deadLetterOf, pointerOf, retryCopyOf } from "#kit/dead-letter.ts";
import { handle } from "#kit/handler.ts";
import { rawRecord, toMessage, type RawRecord } from "#kit/raw-record.ts";
import { causeKeyOf } from "#lib/domain/dead-letters/cause-of.ts";
import type { RawHeader } from "#lib/domain/dead-letters/dead-letter.ts";
import { readEnvelope } from "#lib/domain/dead-letters/dialects/registry.ts";
import { leaningOf } from "#lib/domain/dead-letters/failure-words.ts";

const EVENT_ID = "019a0000-0000-7000-8000-000000000001";
const AT = 1_800_000_000_000;

/** An order's event as payments reads it. */
function recordOf(value: Buffer, topic = "order.order.created"): RawRecord {
  const message = {
    ...{ key: Buffer.from("ord_1"), value, timestamp: String(AT), attributes: 0, offset: "42" },
    headers: { "event-id": EVENT_ID, "event-type": "order.order.created" },
  };
  return rawRecord(topic, 3, message);
}

const headersOf = (headers: object | undefined): RawHeader[] =>
  Object.entries(headers ?? {}).map(([name, value]) => ({ name, value: Buffer.from(value as string) }));

function readBack(record: RawRecord, error: unknown, as = deadLetterOf) {
  const letter = as(record, { error, attempts: 3, group: "payments", failedAt: AT + 3_000 });
  return readEnvelope({
    ...{ topic: "order.order.created.dlt", at: AT + 3_010, key: Buffer.from("ord_1"), value: null },
    headers: headersOf(letter.headers),
  });
}

/** What payments' handler throws on a value. */
async function failureOf(value: Buffer): Promise<unknown> {
  const handler = handle(orderCreated, ({ payload }) => {
    assertPayable(payload);
    return Promise.resolve();
  });
  try {
    const message = toMessage(recordOf(value), { baseTopic: "order.order.created", attempt: 1 });
    await handler.run(message, { signal: new AbortController().signal, value: null });
  } catch (error) {
    return error;
  }
  throw new Error("It was not refused");
}

const order = () => createdEvent(draftOrder(() => 0.5, AT));
const mistake = (which: number): Buffer => misencode(order(), () => which / 3);

test("what the kit writes is read back whole", () => {
  const envelope = readBack(
    recordOf(Buffer.from("{}")),
    new BrokenOrderError("A line's quantity is at least 1"),
  );
  const place = { topic: "order.order.created", partition: 3, offset: 42n, at: AT };
  expect(envelope).toMatchObject({
    ...{ dialect: "kit", origin: place, from: place, group: "payments", attempts: 3 },
    ...{
      exception: "BrokenOrderError",
      cause: "BrokenOrderError",
      message: "A line's quantity is at least 1",
    },
    ...{ failedAt: AT + 3_000, hops: 1, eventId: EVENT_ID, eventType: "order.order.created" },
    ...{ redriveId: null, pointer: false, failures: [] },
  });
  expect(envelope.stack).toContain("BrokenOrderError: A line's quantity is at least 1");
});

test("after a retry topic the origin is kept, and the copy that failed told", () => {
  const first = recordOf(Buffer.from("{}"));
  const copy = retryCopyOf(first, 1);
  const second: RawRecord = {
    ...first,
    topic: "order.order.created.retry.payments.1",
    partition: 1,
    offset: 7n,
  };
  second.headers = copy.headers ?? {};
  expect(readBack(second, new Error("again"))).toMatchObject({
    origin: { topic: "order.order.created", partition: 3, offset: 42n, at: AT },
    from: { topic: "order.order.created.retry.payments.1", partition: 1, offset: 7n, at: null },
  });
});

test("a pointer is told as one", () => {
  const envelope = readBack(recordOf(Buffer.from("{}")), new Error("too large"), (record, failure) =>
    pointerOf(deadLetterOf(record, failure)),
  );
  expect(envelope).toMatchObject({ pointer: true, eventId: EVENT_ID, group: "payments", failures: [] });
});

describe("the shop's poison", () => {
  test.each([
    ["a value cut in half", () => mistake(0), "SyntaxError"],
    ["an amount with a comma", () => mistake(1), "ShapeError"],
    ["another character set", () => mistake(2), "SyntaxError"],
    [
      "a rule broken",
      () =>
        Buffer.from(
          JSON.stringify(
            createdEvent(
              breakRule(
                draftOrder(() => 0.5, AT),
                () => 0,
              ),
            ),
          ),
        ),
      "BrokenOrderError",
    ],
  ])("%s points to the record", async (_, value, causeClass) => {
    const key = causeKeyOf(readBack(recordOf(value()), await failureOf(value())));
    expect(key.causeClass).toBe(causeClass);
    expect(leaningOf(key.causeClass, key.message)).toBe("record");
  });
});

describe("the shop's outage", () => {
  test.each([
    ["28000", 'role "shop_payments" is not permitted to log in'],
    ["57P01", "terminating connection due to administrator command"],
  ])("%s points to a dependency, of one cause for all records", (code, message) => {
    const failures = [1, 2].map(() => Object.assign(new DatabaseError(message, 90, "error"), { code }));
    expect(failures.map(classifyPaymentError)).toEqual(["retryable", "retryable"]);
    const keys = failures.map((error, at) =>
      causeKeyOf(readBack(recordOf(Buffer.from(`{"at":${at}}`)), error)),
    );
    expect(keys[0]).toEqual(keys[1]);
    expect(leaningOf(keys[0]?.causeClass ?? null, keys[0]?.message ?? null)).toBe("dependency");
  });
});
