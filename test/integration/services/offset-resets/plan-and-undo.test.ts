import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OffsetReset, ResetTarget } from "#lib/domain/offset-resets/offset-reset.ts";
import { runKafkaTool, withAdmin } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { codeOf, openResetBench, type ResetBench } from "./reset-bench.ts";

let it: ResetBench;
beforeAll(async () => {
  it = await openResetBench();
});
afterAll(() => it.close());

/** An hour ago, a record a second. */
const T0 = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
const second = (offset: number): number => T0 + offset * 1_000;

const moves = ({ plan }: OffsetReset) =>
  plan.rows.map(({ partition, from, to, effect, records }) => [
    ...[partition, from === null ? null : Number(from.offset), to === null ? null : Number(to.offset)],
    ...[effect, records],
  ]);

describe("a plan", () => {
  const cases: [string, ResetTarget, unknown[][]][] = [
    [
      "the earliest offset",
      { kind: "earliest" },
      [
        [0, 40, 0, "reread", 40],
        [1, 100, 0, "reread", 100],
        [2, null, 0, "begin", 50],
      ],
    ],
    [
      "the latest offset",
      { kind: "latest" },
      [
        [0, 40, 100, "skip", 60],
        [1, 100, 100, "unchanged", 0],
        [2, null, 50, "begin", 0],
      ],
    ],
    [
      "an instant",
      { kind: "time", at: T0 + 60_500 },
      [
        [0, 40, 61, "skip", 21],
        [1, 100, 61, "reread", 39],
        [2, null, 50, "begin", 0],
      ],
    ],
    [
      "an offset",
      { kind: "offset", offset: 70n },
      [
        [0, 40, 70, "skip", 30],
        [1, 100, 70, "reread", 30],
        [2, null, 50, "begin", 0],
      ],
    ],
    [
      "a shift",
      { kind: "shift", by: -10 },
      [
        [0, 40, 30, "reread", 10],
        [1, 100, 90, "reread", 10],
      ],
    ],
    [
      "no commit",
      { kind: "none" },
      [
        [0, 40, null, "forget", null],
        [1, 100, null, "forget", null],
      ],
    ],
  ];
  test.each(cases)(
    "to %s equals what then happens, and its undo restores every partition",
    async (name, target, rows) => {
      const topic = await it.topic(`moves.${name.replaceAll(" ", "-")}`, [100, 100, 50], second);
      const group = await it.group(`moves-${name.replaceAll(" ", "-")}`, { [topic]: [40, 100, null] });
      const planned = await it.plan(group, target);
      expect(moves(planned)).toEqual(rows);
      expect(await it.commits(group, topic)).toEqual([40, 100, null]);
      it.pass(20_000);
      const applied = await it.apply(planned);
      expect(applied.state).toBe("applied");
      const expected = [40, 100, null] as (number | null)[];
      for (const [partition, , to] of rows as [number, unknown, number | null][]) expected[partition] = to;
      expect(await it.commits(group, topic)).toEqual(expected);

      const back = await it.plan(group, { kind: "undo", id: planned.id });
      it.pass(20_000);
      expect((await it.apply(back)).state).toBe("applied");
      expect(await it.commits(group, topic)).toEqual([40, 100, null]);
      expect(await it.get(planned)).toMatchObject({ state: "undone", undoneBy: back.id });
    },
  );

  test("tells the time span by the records themselves, and what Java's tool would do", async () => {
    const topic = await it.topic("span", [100], second);
    const group = await it.group("span", { [topic]: [80] });
    const { plan } = await it.plan(group, { kind: "time", at: T0 + 20_000 });
    expect(plan.rows[0]).toMatchObject({ fromAt: second(20), toAt: second(79), atMost: false });
    expect(plan.totals).toMatchObject({ reread: 60, lagAfter: 80, fromAt: second(20), toAt: second(79) });
    const printed = await runKafkaTool("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", [
      ...["--bootstrap-server", testStack().kafkaBrokers, "--group", group, "--topic", topic],
      ...[
        "--reset-offsets",
        "--to-datetime",
        new Date(T0 + 20_000).toISOString().replace("Z", ""),
        "--dry-run",
      ],
    ]);
    expect(printed).toMatch(new RegExp(`${topic}\\s+0\\s+20\\b`));
  });

  test("says what retention has taken, and goes to the start instead", async () => {
    const topic = await it.topic("taken", [100], second);
    const group = await it.group("taken", { [topic]: [90] });
    await withAdmin(async (admin) => {
      // kafkajs deletes records of topics alone that it knows.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "50" }] });
    });
    const { plan } = await it.plan(group, { kind: "offset", offset: 30n });
    expect(plan.rows[0]).toMatchObject({ clamped: "start", taken: 20, records: 40, to: { offset: 50n } });
    expect(plan.warnings.map(({ code }) => code)).toContain("retention_took");
  });

  test("warns of commits without membership, and not of a group whose members left", async () => {
    const topic = await it.topic("membership", [10], second);
    const codes = async (group: string): Promise<string[]> =>
      (await it.plan(group, { kind: "earliest" })).plan.warnings.map(({ code }) => code);
    expect(await codes(await it.group("standalone", { [topic]: [5] }))).toEqual(["no_membership"]);
    expect(await codes(await it.memberGroup("members", { [topic]: [5] }))).toEqual([]);
  });

  test("of a group that is not there is refused", async () => {
    expect(await codeOf(it.plan(`${it.prefix}-nobody`, { kind: "earliest" }))).toBe("group_unknown");
  });

  test("that changes nothing is refused at apply", async () => {
    const topic = await it.topic("same", [10], second);
    const group = await it.group("same", { [topic]: [10] });
    const planned = await it.plan(group, { kind: "latest" });
    expect(planned.plan.refusals.map(({ code }) => code)).toEqual(["nothing_changes"]);
    it.pass(20_000);
    expect(await codeOf(it.apply(planned))).toBe("reset_changes_nothing");
  });
});
