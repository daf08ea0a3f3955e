import { afterEach, expect, test, vi } from "vitest";

import { stream } from "#lib/client/stream.ts";
import { searchRecords } from "#lib/contracts/records.ts";
import type { RecordSearch, SearchEvent } from "#lib/domain/records/record-search.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const BODY: RecordSearch = {
  ...{ topics: ["t"], partitions: null, start: { kind: "offset", offset: 9_007_199_254_740_993n } },
  ...{ end: { kind: "end" }, terms: [], limits: { hits: 1, records: 1, bytes: 1, seconds: 1 } },
  ...{ isolation: "read_committed", keyDecoder: "auto", valueDecoder: "auto", token: null },
};
const END = {
  ...{ type: "end", reason: "end", sentence: null, token: null, hits: 0, records: 0, bytes: 0, elapsedMs: 1 },
  ...{ recordRate: 0, partitions: [] },
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Answers fetch with these chunks; `broken` breaks the connection behind them. */
function answering(chunks: readonly Uint8Array[], { broken = false, status = 200 } = {}) {
  const seen = { body: "", cancelled: false };
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    if (typeof init.body === "string") seen.body = init.body;
    const waiting = [...chunks];
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const chunk = waiting.shift();
        if (chunk !== undefined) controller.enqueue(chunk);
        else if (broken) controller.error(new TypeError("network"));
        else controller.close();
      },
      cancel() {
        seen.cancelled = true;
      },
    });
    return Promise.resolve(new Response(body, { status }));
  });
  return seen;
}

async function read(signal = new AbortController().signal): Promise<SearchEvent[]> {
  const events: SearchEvent[] = [];
  const asked = { params: { cluster: "dev" }, body: BODY };
  for await (const event of stream(searchRecords, asked, { signal })) events.push(event);
  return events;
}

test("lines are domain values whatever the chunks are cut at, the last one without its end too", async () => {
  const queued = '{"type":"progress","state":"queued","place":2}\n';
  const end = JSON.stringify({ ...END, sentence: "ä€" });
  const all = bytes(queued + end);
  const seen = answering([all.slice(0, 10), all.slice(10, all.length - 60), all.slice(all.length - 60)]);
  expect(await read()).toEqual([
    { type: "progress", state: "queued", place: 2 },
    { ...END, sentence: "ä€" },
  ]);
  expect(JSON.parse(seen.body)).toMatchObject({ start: { offset: "9007199254740993" } });
});

test("a connection that breaks is network_failed, a refusal its own code, a foreign line response_unreadable", async () => {
  answering([bytes(`${JSON.stringify(END)}\n`)], { broken: true });
  await expect(read()).rejects.toMatchObject({ code: "network_failed" });
  const problem = { code: "filter_invalid", status: 422, detail: "No.", details: { term: 1 } };
  answering([bytes(JSON.stringify(problem))], { status: 422 });
  await expect(read()).rejects.toMatchObject({ code: "filter_invalid", term: 1, message: "No." });
  answering([bytes('{"type":"other"}\n')]);
  await expect(read()).rejects.toMatchObject({ code: "response_unreadable" });
});

test("leaving the loop closes the connection", async () => {
  const line = bytes('{"type":"progress","state":"queued","place":2}\n');
  const seen = answering([line, line, line]);
  const asked = { params: { cluster: "dev" }, body: BODY };
  for await (const event of stream(searchRecords, asked, { signal: new AbortController().signal })) {
    expect(event.type).toBe("progress");
    break;
  }
  expect(seen.cancelled).toBe(true);
});
