import { describe, expect, test } from "vitest";
import type { TracedPlace } from "#lib/domain/dead-letters/dead-letter.ts";
import { lineageOf, type LineageRow } from "#lib/domain/dead-letters/lineage.ts";

const place = (topic: string | null, offset: bigint | null, at: number | null = null): TracedPlace => ({
  ...{ topic, partition: topic === null ? null : 3, offset, at },
});
const source = place("order.order.created", 42n, 1_000);
const row = (id: string, offset: bigint, from: TracedPlace): LineageRow => ({
  ...{ id, topic: "order.order.created.dlt", partition: 3, offset, at: 2_000 + Number(offset) * 1_000 },
  ...{ origin: source, from },
});
const shown = (...args: Parameters<typeof lineageOf>): string[] =>
  lineageOf(...args).map(
    ({ kind, topic, offset, id }) => `${kind} ${topic}:${offset ?? "?"}${id === null ? "" : ` ${id}`}`,
  );

describe("where a record has been", () => {
  test("source and dead letter", () => {
    expect(shown(row("a", 0n, source))).toEqual([
      "source order.order.created:42",
      "dead-letter order.order.created.dlt:0 a",
    ]);
  });
  test("a retry between", () => {
    expect(shown(row("a", 0n, place("order.order.created.retry.payments.2", 7n)))).toEqual([
      "source order.order.created:42",
      "retry order.order.created.retry.payments.2:7",
      "dead-letter order.order.created.dlt:0 a",
    ]);
  });
  test("two redrives, by the group's own way and by the source, however the rows are ordered", () => {
    const back = row("b", 1n, place("order.order.created.redrive.payments", 0n));
    const again = row("c", 2n, place("order.order.created", 99n));
    const first = row("a", 0n, source);
    const expected = [
      "source order.order.created:42",
      "dead-letter order.order.created.dlt:0 a",
      "redrive order.order.created.redrive.payments:0",
      "dead-letter order.order.created.dlt:1 b",
      "redrive order.order.created:99",
      "dead-letter order.order.created.dlt:2 c",
    ];
    expect(shown(first, [again, back, first])).toEqual(expected);
    expect(shown(again, [first, back])).toEqual(expected);
  });
  test("a copy that was sent and has not come back is the last", () => {
    const copy = { topic: "order.order.created.redrive.payments", partition: 1, offset: 4n, at: 9_000 };
    expect(shown(row("a", 0n, source), [], [copy]).at(-1)).toBe(
      "redrive order.order.created.redrive.payments:4",
    );
  });
  test("a copy to another topic is a redrive, for the ledger knows it", () => {
    const copy = { topic: "quarantine", partition: 3, offset: 4n, at: 9_000 };
    expect(shown(row("b", 1n, place("quarantine", 4n)), [row("a", 0n, source)], [copy])).toEqual([
      "source order.order.created:42",
      "dead-letter order.order.created.dlt:0 a",
      "redrive quarantine:4",
      "dead-letter order.order.created.dlt:1 b",
    ]);
  });
  test("of a record that tells nothing, the dead letter alone", () => {
    const alone = { ...row("a", 0n, place(null, null)), origin: place(null, null) };
    expect(shown(alone)).toEqual(["dead-letter order.order.created.dlt:0 a"]);
  });
});
