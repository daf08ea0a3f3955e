import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort, isPortFree } from "#stack/ports.ts";
import { findProcess, isSameProcess } from "#stack/process-table.ts";
import { startProcess } from "#stack/processes.ts";
import { until } from "#test/support/until.ts";

const STUBBORN =
  "process.on('SIGTERM', () => undefined); console.log('up'); setInterval(() => undefined, 1000)";
const PATIENT = "console.log('up'); setInterval(() => undefined, 1000)";

describe("startProcess", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "sluice-processes-"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const start = (
    script: string,
    logName: string,
    ready?: { check: () => Promise<boolean>; limitMs: number },
  ) =>
    startProcess({
      name: "sample",
      command: process.execPath,
      args: ["-e", script],
      logFile: join(dir, logName),
      ...(ready ? { ready } : {}),
    });
  const saysUp = (logName: string) => async () => (await readFile(join(dir, logName), "utf8")).includes("up");

  it("ends a process that ignores SIGTERM once its grace is over", async () => {
    const sample = await start(STUBBORN, "stubborn.log", { check: saysUp("stubborn.log"), limitMs: 10_000 });
    await sample.stop(200);
    expect(await sample.exited).toEqual({ code: null, signal: "SIGKILL" });
    expect(findProcess(sample.pid)).toBeUndefined();
  });

  it("says why a process ended before it was ready, with the end of its log", async () => {
    const starting = start("console.error('no such disk'); process.exit(3)", "early.log", {
      check: () => Promise.resolve(false),
      limitMs: 10_000,
    });
    await expect(starting).rejects.toThrow(/sample ended before it was ready[\s\S]*no such disk/);
  });

  it("leaves nothing running when a process is not ready within its limit", async () => {
    const script = "console.log(process.pid); setInterval(() => undefined, 1000)";
    const starting = start(script, "late.log", { check: () => Promise.resolve(false), limitMs: 1_500 });
    await expect(starting).rejects.toThrow("sample was not ready within 1.5 s");
    const pid = Number((await readFile(join(dir, "late.log"), "utf8")).trim());
    expect(pid).toBeGreaterThan(0);
    expect(findProcess(pid)).toBeUndefined();
  });

  it("names a program that does not exist", async () => {
    const starting = startProcess({
      name: "nothing",
      command: "/no/such/program",
      args: [],
      logFile: join(dir, "n"),
    });
    await expect(starting).rejects.toThrow("nothing cannot be started: /no/such/program does not exist");
  });

  it("hears of a process that ends at once", async () => {
    const sample = await start("process.exit(7)", "at-once.log");
    expect(await sample.exited).toEqual({ code: 7, signal: null });
  });

  it.runIf(process.platform === "linux")("ends a child whose parent is killed with SIGKILL", async () => {
    const logFile = join(dir, "orphan.log");
    const script = `
      import { startProcess } from ${JSON.stringify(new URL("../../../stack/processes.ts", import.meta.url).href)};
      const child = await startProcess({ name: "child", command: process.execPath,
        args: ["-e", ${JSON.stringify(PATIENT)}], logFile: ${JSON.stringify(logFile)} });
      console.log(child.pid);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const childPid = Number(line.toString().trim());
    const child = await until(() => findProcess(childPid), { limitMs: 5_000, what: "the child" });
    // Until it runs its own program, it has not told the kernel yet to end it with its parent.
    await until(saysUp("orphan.log"), { limitMs: 10_000, what: "the child's first word" });
    parent.kill("SIGKILL");
    await until(() => !isSameProcess(child), { limitMs: 10_000, what: "the end of the child" });
  });
});

describe("freePort", () => {
  it("steps over a preferred port that someone listens on", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port: taken } = server.address() as { port: number };
    expect(await isPortFree(taken)).toBe(false);
    expect(await freePort(taken)).not.toBe(taken);
    server.close();
    await once(server, "close");
    expect(await freePort(taken)).toBe(taken);
  });

  it("stays below the range of outgoing ports", async () => {
    for (let i = 0; i < 20; i += 1) expect(await freePort()).toBeLessThan(32_000);
  });
});
