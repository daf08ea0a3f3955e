import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  demoHome,
  leaveHome,
  loadSecrets,
  markLeaving,
  takeHome,
  type DemoHome,
} from "#scripts/demo/home.ts";
import { writePidFile } from "#stack/pid-file.ts";
import { findProcess } from "#stack/process-table.ts";

const WAITS = "setInterval(() => undefined, 1000)";

describe("the demo's folder", () => {
  let home: DemoHome;
  beforeEach(async () => {
    home = demoHome(await mkdtemp(join(tmpdir(), "sluice-home-")));
  });
  afterEach(() => rm(home.dir, { recursive: true, force: true }));

  it("keeps the secrets from start to start, closed to others, and makes new ones when fresh", async () => {
    await takeHome(home, false);
    const first = await loadSecrets(home);
    expect(first.password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    expect((await stat(join(home.dir, "secrets.json"))).mode & 0o077).toBe(0);
    await takeHome(home, false);
    expect(await loadSecrets(home)).toEqual(first);
    await takeHome(home, true);
    expect((await loadSecrets(home)).password).not.toBe(first.password);
  });

  it("ends a part that a killed demo left behind, and removes what it had announced", async () => {
    await takeHome(home, false);
    const script = `
      import { spawn } from "node:child_process";
      import { writePidFile } from ${JSON.stringify(new URL("../../../../stack/pid-file.ts", import.meta.url).href)};
      const part = spawn(process.execPath, ["-e", ${JSON.stringify(WAITS)}], { detached: true, stdio: "ignore" });
      await writePidFile(${JSON.stringify(home.pidFile("worker"))}, part.pid);
      console.log(part.pid);
      process.kill(process.pid, "SIGKILL");`;
    const killed = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(killed.stdout, "data")) as [Buffer];
    const left = Number(line.toString().trim());
    if (killed.exitCode === null && killed.signalCode === null) await once(killed, "exit");
    expect(findProcess(left)).toBeDefined();
    await writeFile(home.demoJson, "{}");
    await takeHome(home, false);
    expect(findProcess(left)).toBeUndefined();
    expect(existsSync(home.demoJson)).toBe(false);
  });

  it("spares a stranger who has got the pid of a part since", async () => {
    await takeHome(home, false);
    const stranger = spawn(process.execPath, ["-e", WAITS], { stdio: "ignore" });
    await once(stranger, "spawn");
    const note = { pid: stranger.pid, startedAt: "of another process", owner: { pid: 1, startedAt: "gone" } };
    await writeFile(home.pidFile("worker"), JSON.stringify(note));
    await takeHome(home, false);
    expect(findProcess(stranger.pid!)).toBeDefined();
    stranger.kill("SIGKILL");
    await once(stranger, "exit");
  });

  it("refuses a folder in which a living demo runs, and waits for one that is leaving", async () => {
    await takeHome(home, false);
    const other = spawn(process.execPath, ["-e", WAITS], { stdio: "ignore" });
    await once(other, "spawn");
    await writePidFile(home.pidFile("supervisor"), other.pid!);
    await expect(takeHome(home, false)).rejects.toThrow(
      `already runs in ${home.dir} as process ${other.pid}`,
    );
    await markLeaving(home);
    const taken = takeHome(home, false);
    other.kill("SIGKILL");
    await once(other, "exit");
    await taken;
    await leaveHome(home);
  });
});
