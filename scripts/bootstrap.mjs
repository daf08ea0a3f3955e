#!/usr/bin/env node
/**
 * The entry of every npm script: plain JavaScript without dependencies, so that it runs on a clean clone. It checks
 * what the machine must have, installs the npm packages when the lock file has changed, and then becomes the named
 * script (`scripts/demo/main.ts`) or program of a package (`vitest`), with Node 24 first on the PATH: arguments,
 * signals and exit code are passed through.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const BIN = join(ROOT, "node_modules", ".bin");
const STAMP = join(ROOT, "node_modules", ".sluice-lock");
const WINDOWS = process.platform === "win32";
/** These have Node 24 as an npm package; elsewhere the system's own has to be new enough. */
const PACKAGED_NODE = ["linux-x64", "linux-arm64"];

const fail = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

const onPath = (program) =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .some(
      (dir) =>
        dir !== "" && (WINDOWS ? [".cmd", ".exe"] : [""]).some((end) => existsSync(join(dir, program + end))),
    );

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20) {
    fail(`Node 20 or newer is missing (this is ${process.versions.node}): get it from https://nodejs.org.`);
  }
  const packaged = PACKAGED_NODE.includes(`${process.platform}-${process.arch}`);
  if (!packaged && (major < 24 || (major === 24 && minor < 6))) {
    fail(
      `Node 24.6 or newer is missing on ${process.platform} (this is ${process.versions.node}): get it from https://nodejs.org.`,
    );
  }
}

/** Whether this run starts a broker of its own. */
function needsKafka(command, args) {
  if (command === "scripts/demo/main.ts") return !process.env.KAFKA_BROKERS;
  if (["scripts/run-tests.ts", "scripts/run-fault.ts", "playwright"].includes(command)) return true;
  return command === "vitest" && args.some((arg) => arg === "integration" || arg === "fault");
}

function checkJava() {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, "bin", "java") : "java";
  const { status, stderr = "", stdout = "" } = spawnSync(java, ["-version"], { encoding: "utf8" });
  const version = /version "(\d+)/.exec(`${stderr}${stdout}`)?.[1];
  const how = "get it from https://adoptium.net, or give the address of a running Kafka in KAFKA_BROKERS.";
  if (status !== 0 || version === undefined) fail(`JDK 17 or newer is missing (no java was found): ${how}`);
  if (Number(version) < 17) fail(`JDK 17 or newer is missing (java is ${version}): ${how}`);
  if (!hasKafkaJars() && !onPath("mvn")) {
    fail(
      "Maven is missing (no mvn was found): get it from https://maven.apache.org, or give the address of a running Kafka in KAFKA_BROKERS.",
    );
  }
}

function hasKafkaJars() {
  const hash = sha256(join(ROOT, "stack", "kafka", "pom.xml")).slice(0, 16);
  const libs = join(ROOT, ".cache", "kafka", hash, "libs");
  return existsSync(libs) && readdirSync(libs).length > 0;
}

const lockHash = () => sha256(join(ROOT, "package-lock.json"));

/** Notes which lock file node_modules was installed from; npm asks for it after an install of its own as well. */
const stampInstall = () => {
  writeFileSync(STAMP, lockHash());
};

function installPackages() {
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === lockHash()) return;
  const startedAt = Date.now();
  console.log("  installing npm packages (a minute or two the first time)");
  const args = ["ci", "--loglevel=error", "--no-audit", "--no-fund"];
  const { status, error } = spawnSync(WINDOWS ? "npm.cmd" : "npm", args, {
    cwd: ROOT,
    stdio: "inherit",
    shell: WINDOWS,
  });
  if (error) fail(`npm cannot be run (${error.message}): it comes with Node, see https://nodejs.org.`);
  if (status !== 0) fail(`npm ci failed with exit code ${status}: its own words stand above.`);
  stampInstall();
  console.log(`  ✓ npm packages installed ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/** Node 24 of the package where it runs (it needs glibc), else the one that runs this. */
function findNode() {
  const packaged = join(BIN, WINDOWS ? "node.exe" : "node");
  if (existsSync(packaged) && spawnSync(packaged, ["--version"]).status === 0) return packaged;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 24 || (major === 24 && minor >= 6)) return process.execPath;
  return fail(
    `Node 24.6 or newer is missing (this is ${process.versions.node}, and the packaged one does not run here): get it from https://nodejs.org.`,
  );
}

/** kafkajs computes a negative wait, which Node 24 tells the terminal about; the wait itself is right. */
const NODE_FLAGS = ["--disable-warning=TimeoutNegativeWarning"];

/** Runs the real thing in our place. */
function become(command, args) {
  const node = findNode();
  const script = /\.(ts|mjs|js)$/.test(command);
  const program = script ? node : join(BIN, WINDOWS ? `${command}.cmd` : command);
  if (!existsSync(program)) fail(`${command} is not a program of the npm packages: run npm ci.`);
  const child = spawn(program, script ? [...NODE_FLAGS, join(ROOT, command), ...args] : args, {
    cwd: ROOT,
    // A script of ours has a channel to us as well: its end tells the script that we were killed.
    stdio: script ? ["inherit", "inherit", "inherit", "ipc"] : "inherit",
    shell: WINDOWS && !script,
    env: { ...process.env, PATH: [BIN, process.env.PATH ?? ""].join(delimiter) },
  });
  child.on("error", (error) => fail(`${command} cannot be run: ${error.message}.`));
  forwardSignals(child);
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

function forwardSignals(child) {
  const pass = (signal) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  };
  process.on("SIGTERM", () => pass("SIGTERM"));
  // A terminal gives Ctrl-C to the whole group: passing it on would be a second one.
  process.on("SIGINT", () => {
    if (!process.stdin.isTTY) pass("SIGINT");
  });
  if (process.env.npm_lifecycle_event === undefined) return;
  // Between npm and us stands a shell, which dies of a signal without passing it on, and outlives a killed npm.
  const ancestors = readAncestors();
  const watch = setInterval(() => {
    if (readAncestors() === ancestors) return;
    clearInterval(watch);
    pass("SIGTERM");
  }, 1_000);
  watch.unref();
}

/** The shell above us and, where the system tells (Linux), npm above that. */
function readAncestors() {
  const shell = process.ppid;
  try {
    const stat = readFileSync(`/proc/${shell}/stat`, "utf8");
    // proc(5): after the name in brackets come the state and the parent's id.
    return `${shell} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]}`;
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "ESRCH") throw error;
    return String(shell);
  }
}

const [command, ...args] = process.argv.slice(2);
if (command === undefined) fail("usage: node scripts/bootstrap.mjs SCRIPT|PROGRAM [ARGUMENTS]");
if (command === "--installed") {
  stampInstall();
} else {
  checkNode();
  if (needsKafka(command, args)) checkJava();
  installPackages();
  become(command, args);
}
