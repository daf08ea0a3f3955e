import { describe, expect, it } from "vitest";
import { createPart } from "#scripts/demo/part.ts";
import { fakeControl } from "./fake-control.ts";

describe("createPart", () => {
  it("shows a part that ended by itself as exited, and does not start it again unasked", async () => {
    const { control, orders, die } = fakeControl();
    const part = createPart("worker", control);
    await part.start();
    expect(part.status()).toMatchObject({ name: "worker", state: "running", pid: 42 });
    die();
    expect(part.status()).toMatchObject({ state: "exited", pid: undefined });
    await part.stop();
    expect(part.status().state).toBe("exited");
    expect(orders).toEqual(["start begins", "start ends"]);
    await part.start();
    expect(part.status().state).toBe("running");
  });

  it("carries out orders one after the other", async () => {
    const { control, orders } = fakeControl();
    const part = createPart("worker", control);
    await Promise.all([part.start(), part.kill(), part.start(), part.stop()]);
    expect(orders).toEqual(
      ["start", "kill", "start", "stop"].flatMap((order) => [`${order} begins`, `${order} ends`]),
    );
    expect(part.status().state).toBe("stopped");
  });

  it("tells a killed part from a stopped one", async () => {
    const { control } = fakeControl();
    const part = createPart("kafka", control);
    await part.start();
    await part.kill();
    expect(part.status().state).toBe("killed");
  });

  it("is exited, and passes the reason on, when it does not come up", async () => {
    const { control } = fakeControl();
    const part = createPart("console", { ...control, start: () => Promise.reject(new Error("port taken")) });
    await expect(part.start()).rejects.toThrow("port taken");
    expect(part.status().state).toBe("exited");
  });

  it("starts nothing that runs", async () => {
    const { control, orders } = fakeControl();
    const part = createPart("console", control);
    await part.start();
    await part.start();
    expect(orders).toHaveLength(2);
  });
});
