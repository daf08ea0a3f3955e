import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AssignerProtocol } from "kafkajs";
import { decodeAssignment } from "#lib/adapters/kafka/member-assignment.ts";

/** kafkajs writes the bytes: the decoder is held against an independent writer of the protocol. */
const encode = (assignment: Record<string, number[]>): Buffer =>
  AssignerProtocol.MemberAssignment.encode({ version: 1, assignment, userData: Buffer.from("u") });

describe("decodeAssignment", () => {
  test("reads topics and partitions", () => {
    expect(decodeAssignment(encode({ orders: [2, 0], größe: [] }))).toEqual([
      { topic: "orders", partitions: [0, 2] },
      { topic: "größe", partitions: [] },
    ]);
  });
  test("a member that owns nothing has no bytes", () => {
    expect(decodeAssignment(Buffer.alloc(0))).toEqual([]);
  });
  test("bytes of another protocol are none, and never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const decoded = decodeAssignment(Buffer.from(bytes));
        expect(decoded === null || Array.isArray(decoded)).toBe(true);
      }),
    );
  });
  test("bytes that are cut short are none", () => {
    const whole = encode({ orders: [0, 1] });
    expect(decodeAssignment(whole.subarray(0, 12))).toBeNull();
  });
});
