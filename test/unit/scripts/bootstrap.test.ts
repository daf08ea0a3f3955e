import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const SOURCE = new URL("../../../scripts/bootstrap.mjs", import.meta.url).pathname;

/** A checkout in small: the lock file, a stand-in for npm that notes its call, and scripts to become. */
describe.skipIf(process.platform === "win32")("bootstrap.mjs", () => {
  let root: string;
  let bin: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "sluice-bootstrap-"));
    bin = join(root, "path");
    for (const dir of ["scripts/demo", "stack/kafka", "path"])
      await mkdir(join(root, dir), { recursive: true });
    await copyFile(SOURCE, join(root, "scripts/bootstrap.mjs"));
    await writeFile(join(root, "package-lock.json"), "{}");
    await writeFile(join(root, "stack/kafka/pom.xml"), "<project/>");
    await symlink(process.execPath, join(bin, "node"));
    await writeProgram("npm", 'mkdir -p node_modules/.bin; echo "npm $@"');
    await writeFile(
      join(root, "scripts/demo/main.ts"),
      `const args: string[] = process.argv.slice(2);
       if (args[0] === "wait") {
         process.on("SIGTERM", () => { console.log("asked to stop"); process.exit(7); });
         setInterval(() => undefined, 1000);
       } else process.exitCode = 5;
       console.log("became", JSON.stringify(args));`,
    );
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  const writeProgram = async (name: string, script: string): Promise<void> => {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  };
  const env = (extra: Record<string, string> = {}) => ({ PATH: `${bin}:/bin:/usr/bin`, ...extra }) as unknown;
  const run = (args: readonly string[], extra: Record<string, string> = {}) =>
    spawnSync(process.execPath, [join(root, "scripts/bootstrap.mjs"), ...args], {
      cwd: root,
      encoding: "utf8",
      env: env(extra) as NodeJS.ProcessEnv,
    });

  it("says what is missing when there is no Java, in one sentence, before it installs anything", () => {
    const { status, stderr, stdout } = run(["scripts/demo/main.ts"], { JAVA_HOME: "/no/such/jdk" });
    expect(status).toBe(1);
    expect(stderr).toBe(
      "JDK 17 or newer is missing (no java was found): get it from https://adoptium.net, " +
        "or give the address of a running Kafka in KAFKA_BROKERS.\n",
    );
    expect(stdout).toBe("");
  });

  it("refuses a Java that is too old, by its version", async () => {
    await writeProgram("java", `echo 'openjdk version "11.0.2" 2019-01-15' >&2`);
    expect(run(["scripts/demo/main.ts"]).stderr).toContain("JDK 17 or newer is missing (java is 11)");
  });

  it("asks for Maven only while the jars are not there", async () => {
    await writeProgram("java", `echo 'openjdk version "21.0.2" 2024-01-16' >&2`);
    const noMaven = { PATH: bin };
    expect(run(["scripts/demo/main.ts"], noMaven).stderr).toMatch(/^Maven is missing \(no mvn was found\)/);
    await writeProgram("mvn", "exit 0");
    expect(run(["scripts/demo/main.ts"]).stderr).toBe("");
    await rm(join(bin, "mvn"));
  });

  it("installs once for each state of the lock file, then becomes the script with its arguments and exit code", async () => {
    await writeFile(join(root, "package-lock.json"), '{"changed":1}');
    const given = { KAFKA_BROKERS: "b:9092", JAVA_HOME: "/no/such/jdk" };
    const first = run(["scripts/demo/main.ts", "--fresh", "a b"], given);
    expect(first.stderr).toBe("");
    expect(first.stdout).toMatch(
      /installing npm packages[\s\S]*npm ci --loglevel=error[\s\S]*✓ npm packages installed \d+ s\nbecame \["--fresh","a b"\]/,
    );
    expect(first.status).toBe(5);
    const second = run(["scripts/demo/main.ts"], given);
    expect(second.stdout).toBe("became []\n");
  });

  it("takes an install that npm was asked for directly and does not repeat it", async () => {
    await writeFile(join(root, "package-lock.json"), '{"changed":3}');
    expect(run(["--installed"]).status).toBe(0);
    expect(run(["scripts/demo/main.ts"], { KAFKA_BROKERS: "b:9092" }).stdout).toBe("became []\n");
  });

  it("leaves no stamp behind when npm fails", async () => {
    await writeFile(join(root, "package-lock.json"), '{"changed":2}');
    await writeProgram("npm", "exit 9");
    expect(run(["scripts/demo/main.ts"], { KAFKA_BROKERS: "b:9092" }).stderr).toContain(
      "npm ci failed with exit code 9",
    );
    await writeProgram("npm", 'mkdir -p node_modules/.bin; echo "npm $@"');
    expect(run(["scripts/demo/main.ts"], { KAFKA_BROKERS: "b:9092" }).stdout).toContain("npm ci");
  });

  it("becomes a program of the packages, with their folder first on the PATH", async () => {
    const program = join(root, "node_modules/.bin/linter");
    await writeFile(program, '#!/bin/sh\necho "$1 ${PATH%%:*}"\n');
    await chmod(program, 0o755);
    expect(run(["linter", "x"]).stdout).toBe(`x ${join(root, "node_modules/.bin")}\n`);
    expect(run(["no-such-program"]).stderr).toBe(
      "no-such-program is not a program of the npm packages: run npm ci.\n",
    );
  });

  it("passes SIGTERM on and waits for the end", async () => {
    const child = spawn(
      process.execPath,
      [join(root, "scripts/bootstrap.mjs"), "scripts/demo/main.ts", "wait"],
      {
        cwd: root,
        env: env({ KAFKA_BROKERS: "b:9092" }) as NodeJS.ProcessEnv,
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("became") && !child.killed) child.kill("SIGTERM");
    });
    const [code] = (await once(child, "exit")) as [number];
    expect(code).toBe(7);
    expect(output).toContain("asked to stop");
  });
});
