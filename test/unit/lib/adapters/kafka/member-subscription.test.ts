import fc from "fast-check";
import { AssignerProtocol } from "kafkajs";
import { describe, expect, test } from "vitest";
import {
  decodeSubscription,
  subscriptionReader,
  withSubscriptions,
} from "#lib/adapters/kafka/member-subscription.ts";

/** kafkajs writes the bytes: the decoder is held against an independent writer of the protocol. */
const encode = (topics: string[]): Buffer =>
  AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.from("u") });

describe("decodeSubscription", () => {
  test("reads the topics", () => {
    expect(decodeSubscription(encode(["orders", "größe"]))).toEqual(["orders", "größe"]);
    expect(decodeSubscription(encode([]))).toEqual([]);
  });
  test("a group's reader tells each member's own topics, the same or not", () => {
    const read = subscriptionReader();
    const asked = [["orders"], ["orders"], ["orders", "payments"], [], ["orders"]];
    expect(asked.map((topics) => read(encode(topics)))).toEqual(asked);
    expect(read(Buffer.alloc(0))).toEqual([]);
  });
  test("bytes that are cut short name none", () => {
    const whole = encode(["orders", "payments"]);
    for (let length = 0; length < 24; length += 1)
      expect(decodeSubscription(whole.subarray(0, length))).toEqual([]);
  });
  test("bytes of another protocol never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(Array.isArray(decodeSubscription(Buffer.from(bytes)))).toBe(true);
      }),
    );
  });
});

describe("the subscriptions of a group", () => {
  const member = (memberId: string, owns: string[], topics: string[], pattern: string | null = null) => ({
    ...{ memberId, clientId: "c", host: "h", instanceId: null, subscription: { topics, pattern } },
    assignments: owns.map((topic) => ({ topic, partitions: [0] })),
  });
  test("keep what no member owns, once, and patterns", () => {
    const kept = withSubscriptions([
      member("a", ["orders"], ["orders", "later", "payments"]),
      member("b", ["payments"], ["orders", "later", "payments", "never"]),
      member("c", [], [], "x.*"),
      member("d", [], [], ""),
    ]);
    expect(kept.map(({ pattern, waitsFor }) => [pattern, waitsFor])).toEqual([
      [null, ["later"]],
      [null, ["never"]],
      ["x.*", []],
      [null, []],
    ]);
    expect(kept[0]).not.toHaveProperty("subscription");
  });
});
