import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { MOST_LIVE_RECORDS, SearchRunner } from "#components/records/search-runner.ts";
import type {
  RecordSearch,
  SearchEndReason,
  SearchEvent,
  SearchProgress,
} from "#lib/domain/records/record-search.ts";

const SEARCH: RecordSearch = {
  ...{ topics: ["t"], partitions: null, start: { kind: "oldest" }, end: { kind: "end" }, terms: [] },
  limits: { hits: 100, records: 1, bytes: 1, seconds: 1 },
  ...{ isolation: "read_committed", keyDecoder: "auto", valueDecoder: "auto", token: null },
};
const LIVE: RecordSearch = { ...SEARCH, start: { kind: "live" } };

const record = (offset: number): SearchEvent => ({
  type: "record",
  record: {
    ...{ topic: "t", topicId: "id", partition: 0, offset: BigInt(offset), at: 0, stampedBy: "producer" },
    ...{ sizeBytes: 1, transactional: false, key: null, value: null, headers: [], masked: [] },
  },
});
const progress = (records: number): SearchProgress => ({
  ...{ hits: 0, records, bytes: 10 * records, elapsedMs: 100, recordRate: 1, partitions: [] },
});
const end = (reason: SearchEndReason, token: string | null, records = 1): SearchEvent => ({
  ...{ type: "end", reason, sentence: null, token },
  ...progress(records),
});

/** A search that is given its events by hand, one stream after the other. */
function scripted() {
  const asked: { search: RecordSearch; signal: AbortSignal }[] = [];
  let push: (events: SearchEvent[] | Error | null) => Promise<void> = () => Promise.resolve();
  async function* open(search: RecordSearch, signal: AbortSignal): AsyncGenerator<SearchEvent> {
    asked.push({ search, signal });
    const waiting: (SearchEvent[] | Error | null)[] = [];
    let wake: () => void = () => undefined;
    push = async (events) => {
      waiting.push(events);
      wake();
      await vi.advanceTimersByTimeAsync(0);
    };
    for (;;) {
      const events = waiting.shift();
      if (events === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else if (events === null) return;
      else if (events instanceof Error) throw events;
      else yield* events;
    }
  }
  return {
    runner: new SearchRunner(open),
    asked,
    push: (events: SearchEvent[] | Error | null) => push(events),
  };
}

const offsets = (runner: SearchRunner) => runner.view().records.map(({ offset }) => Number(offset));
const flushed = () => vi.advanceTimersByTimeAsync(200);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a search as a page shows it", () => {
  test("it asks, waits its turn, finds, and ends", async () => {
    const { runner, push } = scripted();
    runner.start(SEARCH);
    expect(runner.view().state).toBe("asking");
    await push([{ type: "progress", state: "queued", place: 3 }]);
    expect(runner.view()).toMatchObject({ state: "queued", place: 3 });
    await push([{ type: "progress", state: "running", ...progress(5) }, record(1), record(2)]);
    await flushed();
    expect(runner.view()).toMatchObject({ state: "running", progress: { records: 5 } });
    await push([record(3), end("end", null)]);
    expect(offsets(runner)).toEqual([1, 2, 3]);
    expect(runner.view()).toMatchObject({ state: "ended", end: { reason: "end" } });
  });

  test("to go on asks the same question with the token, and adds up what was looked at", async () => {
    const { runner, asked, push } = scripted();
    runner.start(SEARCH);
    await push([record(1), end("hits", "more", 40)]);
    runner.goOn();
    expect(asked[1]?.search).toEqual({ ...SEARCH, token: "more" });
    await push([record(2), end("end", null, 2)]);
    expect(offsets(runner)).toEqual([1, 2]);
    expect(runner.view().before).toEqual({ records: 40, bytes: 400, elapsedMs: 100 });
    runner.goOn();
    expect(asked).toHaveLength(2);
  });

  test("to stop ends the stream and keeps what was found", async () => {
    const { runner, asked, push } = scripted();
    runner.start(SEARCH);
    await push([record(1)]);
    runner.stop();
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(runner.view()).toMatchObject({ state: "ended", end: { reason: "cancelled" } });
    expect(offsets(runner)).toEqual([1]);
    await push([record(2)]);
    await flushed();
    expect(offsets(runner)).toEqual([1]);
  });

  test("another question ends the one before and forgets what it found", async () => {
    const { runner, asked, push } = scripted();
    runner.start(SEARCH);
    await push([record(1)]);
    runner.start({ ...SEARCH, topics: ["u"] });
    expect(asked[0]?.signal.aborted).toBe(true);
    await flushed();
    expect(runner.view()).toMatchObject({ state: "asking", records: [] });
  });

  test.each([
    ["an error", new Error("gone"), "gone"],
    ["a stream that stops without its last line", null, "broke before the search ended"],
  ])("%s is told, and what was found stays", async (_, last, words) => {
    const { runner, push } = scripted();
    runner.start(SEARCH);
    await push([record(1)]);
    await push(last);
    expect(runner.view().state).toBe("failed");
    expect(runner.view().error?.message).toContain(words);
    expect(offsets(runner)).toEqual([1]);
  });
});

describe("a live search", () => {
  test("has the newest first, and goes on by itself over the limits of one call", async () => {
    const { runner, asked, push } = scripted();
    runner.start(LIVE);
    await push([record(1), record(2)]);
    await flushed();
    await push([record(3), end("seconds", "more")]);
    expect(offsets(runner)).toEqual([3, 2, 1]);
    expect(asked[1]?.search.token).toBe("more");
    expect(runner.view().state).toBe("asking");
  });

  test("while paused what comes waits, counted, and then shows", async () => {
    const { runner, push } = scripted();
    runner.start(LIVE);
    await push([record(1)]);
    await flushed();
    runner.pause(true);
    await push([record(2), record(3)]);
    await flushed();
    expect(runner.view()).toMatchObject({ waiting: 2, paused: true });
    expect(offsets(runner)).toEqual([1]);
    runner.pause(false);
    expect(offsets(runner)).toEqual([3, 2, 1]);
    expect(runner.view().waiting).toBe(0);
  });

  test("keeps its newest thousand, shown or waiting, and counts what it let go", async () => {
    const { runner, push } = scripted();
    runner.start(LIVE);
    await push(Array.from({ length: MOST_LIVE_RECORDS + 5 }, (_, offset) => record(offset)));
    await flushed();
    expect(runner.view()).toMatchObject({ dropped: 5 });
    expect(runner.view().records).toHaveLength(MOST_LIVE_RECORDS);
    runner.pause(true);
    await push(Array.from({ length: MOST_LIVE_RECORDS + 7 }, (_, offset) => record(5_000 + offset)));
    await flushed();
    expect(runner.view()).toMatchObject({ waiting: MOST_LIVE_RECORDS, dropped: 12 });
    runner.pause(false);
    expect(offsets(runner)[0]).toBe(5_000 + MOST_LIVE_RECORDS + 6);
    expect(runner.view().dropped).toBe(12 + MOST_LIVE_RECORDS);
  });
});
