import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { followLive, type LiveState } from "#lib/client/live.ts";

/** Stands for the browser's EventSource: the test speaks for the server. */
class Stream extends EventTarget {
  static opened: Stream[] = [];
  readyState = 0;
  constructor() {
    super();
    Stream.opened.push(this);
  }
  close() {
    this.readyState = 2;
  }
  say(name: string) {
    this.readyState = 1;
    this.dispatchEvent(new Event(name));
  }
  hint(feature: string) {
    this.dispatchEvent(
      new MessageEvent("message", { data: JSON.stringify({ feature, cluster: "dev", id: null }) }),
    );
  }
}

const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
function turn(visibility: "visible" | "hidden") {
  page.visibilityState = visibility;
  page.dispatchEvent(new Event("visibilitychange"));
}

let states: LiveState[];
let read: ReturnType<typeof vi.fn>;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  page.visibilityState = "visible";
  vi.stubGlobal("document", page);
  Stream.opened = [];
  states = [];
  const client = new QueryClient();
  read = vi.fn(() => Promise.resolve());
  client.invalidateQueries = read as unknown as QueryClient["invalidateQueries"];
  stop = followLive({
    client,
    onState: (state) => states.push(state),
    open: () => new Stream() as unknown as EventSource,
  });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const last = () => Stream.opened.at(-1)!;

describe("hints", () => {
  test("a burst reads each named feature once, at most twice a second", () => {
    last().say("open");
    for (let index = 0; index < 50; index += 1) last().hint(index % 2 === 0 ? "groups" : "topics");
    expect(read).not.toHaveBeenCalled();
    vi.advanceTimersByTime(500);
    expect(read.mock.calls).toEqual([[{ queryKey: ["groups"] }], [{ queryKey: ["topics"] }]]);
    last().hint("groups");
    vi.advanceTimersByTime(499);
    expect(read).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1);
    expect(read).toHaveBeenCalledTimes(3);
  });
  test("what is no hint is passed over", () => {
    last().dispatchEvent(new MessageEvent("message", { data: "not json" }));
    last().hint("unheard-of");
    vi.advanceTimersByTime(1_000);
    expect(read).not.toHaveBeenCalled();
  });
});

describe("the stream", () => {
  test("is closed while the tab is hidden, and everything is read again afterwards", () => {
    last().say("open");
    turn("hidden");
    expect(Stream.opened[0]!.readyState).toBe(2);
    turn("visible");
    expect(Stream.opened).toHaveLength(2);
    last().say("open");
    expect(read.mock.calls).toEqual([[]]);
    expect(states).toEqual(["connecting", "live", "paused", "connecting", "live"]);
  });
  test("leaves the browser's own retry alone after a break", () => {
    last().say("open");
    last().readyState = 0;
    last().dispatchEvent(new Event("error"));
    vi.advanceTimersByTime(60_000);
    expect(Stream.opened).toHaveLength(1);
    expect(states.at(-1)).toBe("lost");
  });
  test("is opened again after a refusal, later and later", () => {
    const refuse = () => {
      last().close();
      last().dispatchEvent(new Event("error"));
    };
    refuse();
    vi.advanceTimersByTime(2_000);
    expect(Stream.opened).toHaveLength(2);
    refuse();
    vi.advanceTimersByTime(2_000);
    expect(Stream.opened).toHaveLength(2);
    vi.advanceTimersByTime(2_000);
    expect(Stream.opened).toHaveLength(3);
    last().say("open");
    expect(read.mock.calls).toEqual([[]]);
  });
  test("stays closed once it is ended", () => {
    last().say("open");
    last().hint("groups");
    stop();
    turn("visible");
    vi.advanceTimersByTime(60_000);
    expect(Stream.opened).toHaveLength(1);
    expect(read).not.toHaveBeenCalled();
  });
});
