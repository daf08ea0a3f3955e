import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProgress } from "#scripts/demo/progress.ts";

describe("createProgress", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const wait = (ms: number) => () => new Promise<number>((resolve) => setTimeout(() => resolve(ms), ms));

  it("gives a step over a second one line while it runs and one when it has ended", async () => {
    const lines: string[] = [];
    const step = createProgress((line) => lines.push(line)).step("Kafka started", wait(4_100));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(lines).toEqual(["  … Kafka started"]);
    await vi.advanceTimersByTimeAsync(3_100);
    expect(await step).toBe(4_100);
    expect(lines).toEqual(["  … Kafka started", "  ✓ Kafka started 4.1 s"]);
  });

  it("says nothing of a step under a second", async () => {
    const lines: string[] = [];
    const step = createProgress((line) => lines.push(line)).step("schema migrated", wait(900));
    await vi.advanceTimersByTimeAsync(2_000);
    await step;
    expect(lines).toEqual([]);
  });

  it("names the step that failed", async () => {
    const lines: string[] = [];
    const step = createProgress((line) => lines.push(line)).step("console built", () =>
      Promise.reject(new Error("no")),
    );
    await expect(step).rejects.toThrow("no");
    expect(lines).toEqual(["  ✗ console built"]);
  });

  it("blames no step that ends because the demo stops", async () => {
    const lines: string[] = [];
    const stopping = new AbortController();
    const progress = createProgress((line) => lines.push(line), stopping.signal);
    stopping.abort();
    await expect(progress.step("Kafka", () => Promise.reject(new Error("aborted")))).rejects.toThrow(
      "aborted",
    );
    expect(lines).toEqual([]);
  });
});
