import { describe, expect, it } from "vitest";
import { every, pause } from "#demo/process/every.ts";

function recordingLog(): { lines: string[]; log: Parameters<typeof every>[0]["log"] } {
  const lines: string[] = [];
  const write = (level: string) => (_fields: object, message: string) => {
    lines.push(`${level}: ${message}`);
  };
  return {
    lines,
    log: { info: write("info"), warn: write("warn"), error: write("error"), debug: write("debug") },
  };
}

describe("every", () => {
  it("goes on after a failed round, and tells an outage in one line", async () => {
    const { lines, log } = recordingLog();
    let round = 0;
    await new Promise<void>((resolve) => {
      const loop = every({
        name: "test",
        pauseMs: 1,
        log,
        work: () => {
          round += 1;
          if (round === 6) void loop.stop().then(resolve);
          return round >= 2 && round <= 4 ? Promise.reject(new Error("down")) : Promise.resolve();
        },
      });
    });
    expect(lines.filter((line) => !line.startsWith("debug"))).toEqual([
      "warn: Loop round failed",
      "info: Loop works again",
    ]);
  });

  it("waits for the round in hand when it is stopped, and begins no other", async () => {
    let begun = 0;
    let finish: () => void = () => undefined;
    const loop = every({
      name: "test",
      pauseMs: 0,
      log: recordingLog().log,
      work: () => {
        begun += 1;
        return new Promise((resolve) => (finish = resolve));
      },
    });
    let stopped = false;
    const stopping = loop.stop().then(() => (stopped = true));
    await Promise.resolve();
    expect(stopped).toBe(false);
    finish();
    await stopping;
    expect(begun).toBe(1);
  });
});

describe("pause", () => {
  it("ends early, and quietly, when the signal aborts", async () => {
    await expect(pause(60_000, AbortSignal.abort())).resolves.toBeUndefined();
  });
});
