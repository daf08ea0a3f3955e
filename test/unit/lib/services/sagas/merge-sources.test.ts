import { expect, test } from "vitest";
import type { SagaSource, SourceQuery } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { SagaRow } from "#lib/domain/sagas/saga.ts";
import {
  afterIn,
  placeInOrder,
  placeOfCursor,
  readPage,
  type OrderedPlace,
} from "#lib/services/sagas/merge-sources.ts";

const row = (source: string, sagaId: string, at: number | null): SagaRow => ({
  ...{ id: `${source}~t~${sagaId}`, source, type: "t", sagaId, kind: "orchestrated", state: "running" },
  ...{ stuck: null, step: null, correlationId: null, startedAt: at, updatedAt: at, endedAt: null },
});

/** A source that answers by the same order as a database: time descending, then type, then id. */
const source = (id: string, rows: readonly SagaRow[], orderedBy?: "startedAt"): SagaSource =>
  ({
    facts: { id, cluster: "one", kind: "orchestrated", readOnly: null, ...(orderedBy ? { orderedBy } : {}) },
    list: ({ after, limit }: SourceQuery) =>
      Promise.resolve(
        rows
          .filter((each) => {
            const at = each.updatedAt ?? 0;
            if (after === null || at < after.updatedAt) return true;
            return at === after.updatedAt && `${each.type} ${each.sagaId}` > `${after.type} ${after.sagaId}`;
          })
          .slice(0, limit),
      ),
  }) as unknown as SagaSource;

const SOURCES = [
  source("b", [row("b", "1", 90), row("b", "2", 50), row("b", "3", 50), row("b", "4", 10)]),
  source("a", [row("a", "1", 90), row("a", "2", 50), row("a", "9", 50), row("a", "x", null)]),
  source("c", [row("c", "0", 50), row("c", "1", 49)]),
];

test.each([1, 2, 3, 7, 50])("pages of %i give every saga once, in one order", async (limit) => {
  const seen: string[] = [];
  let place: OrderedPlace | null = null;
  for (;;) {
    const { rows } = await readPage(SOURCES, (each) =>
      each.list({ after: afterIn(each, place), limit: limit + 1 }, new AbortController().signal),
    );
    seen.push(...rows.slice(0, limit).map(({ row: { source: from, sagaId } }) => `${from}${sagaId}`));
    const last = rows.slice(0, limit).at(-1);
    if (rows.length <= limit || last === undefined) break;
    place = placeInOrder(last);
  }
  expect(seen).toEqual(["a1", "b1", "a2", "a9", "b2", "b3", "c0", "c1", "b4", "ax"]);
});

test("a source that cannot be read is named, and the others answer", async () => {
  const away = {
    ...SOURCES[2]!,
    list: () => Promise.reject(Object.assign(new Error("c is away."), { name: "SourceUnreadableError" })),
  };
  const { rows, failures } = await readPage([SOURCES[0]!, away], (each) =>
    each.list({ after: null, limit: 1 }, new AbortController().signal),
  );
  expect(rows).toHaveLength(1);
  expect(failures).toEqual([{ subject: "c", reason: "c is away." }]);
});

test("any other error is one", async () => {
  const broken = { ...SOURCES[0]!, list: () => Promise.reject(new TypeError("a bug")) };
  await expect(
    readPage([broken], (each) => each.list({ after: null, limit: 1 }, AbortSignal.timeout(1))),
  ).rejects.toThrow("a bug");
});

test.each([
  ["a time that is none", ["x", "a", "t", "1"]],
  ["a time beyond all times", [1e17, "a", "t", "1"]],
  ["a number for a text", [1, 2, "t", "1"]],
  ["a text that no database takes", [1, "a", "t", "1\0"]],
])("a cursor with %s is refused", (_, values) => {
  expect(() => placeOfCursor(values)).toThrow("malformed");
});
