import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { ConfigError } from "#lib/config-error.ts";

/** What of a process's environment is read. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration before it is checked, and how files that it names are read. */
interface RawConfig {
  readonly file: unknown;
  /** Reads a JSON file by its path from the configuration's folder; throws {@link ConfigError} that names it. */
  readonly readJson: (path: string, key: string) => unknown;
}

/** textOf is a variable that is set to something. */
export const textOf = (value: string | undefined): string | undefined =>
  value === undefined || value === "" ? undefined : value;

/**
 * readConfigFile reads the file of SLUICE_CONFIG, `./sluice.config.yaml` where it names none, `${NAME}` in its text values taken
 * from `env`; without a file KAFKA_BROKERS alone makes one cluster. Throws {@link ConfigError}.
 */
export function readConfigFile(env: Environment): RawConfig {
  const named = textOf(env["SLUICE_CONFIG"]);
  // The file is named at run time: the comments keep the bundler from taking in every file it could be.
  const path = resolve(/* turbopackIgnore: true */ named ?? "sluice.config.yaml");
  if (named !== undefined || existsSync(/* turbopackIgnore: true */ path))
    return { file: expand(parseFile(path, named), env, []), readJson: jsonReader(dirname(path)) };
  const brokers = textOf(env["KAFKA_BROKERS"]);
  if (brokers === undefined) {
    throw new ConfigError(
      "No cluster is configured: write sluice.config.yaml, or set SLUICE_CONFIG or KAFKA_BROKERS.",
    );
  }
  return { file: { clusters: [{ id: "default", brokers }] }, readJson: jsonReader(dirname(path)) };
}

function jsonReader(dir: string): RawConfig["readJson"] {
  return (path, key) => {
    try {
      return JSON.parse(readFileSync(/* turbopackIgnore: true */ resolve(dir, path), "utf8")) as unknown;
    } catch (error) {
      // The message of a parser may quote the file.
      const { code } = error as { code?: string };
      const why = code === undefined ? "is not JSON" : `cannot be read (${code})`;
      throw new ConfigError(`${key}: the file ${path} ${why}.`, error);
    }
  };
}

function parseFile(path: string, named: string | undefined): unknown {
  const label = named ?? "sluice.config.yaml";
  try {
    return parse(readFileSync(/* turbopackIgnore: true */ path, "utf8")) as unknown;
  } catch (error) {
    // The message of a parser may quote lines of the file, and with them a secret.
    const { code, linePos } = error as { code?: string; linePos?: { line: number }[] };
    if (code === "ENOENT") throw new ConfigError(`SLUICE_CONFIG names ${label}, which does not exist.`);
    const line = linePos?.[0]?.line;
    throw new ConfigError(
      `${label} cannot be read as YAML${line === undefined ? "" : `: see line ${line}`}.`,
    );
  }
}

/** Replaces `${NAME}` after parsing, so that no value of the environment can change the file's structure. */
function expand(value: unknown, env: Environment, path: readonly string[]): unknown {
  if (typeof value === "string") {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      const found = env[name];
      if (found === undefined)
        throw new ConfigError(`${path.join(".")} names the variable ${name}, which is not set.`);
      return found;
    });
  }
  if (Array.isArray(value)) return value.map((each, i) => expand(each, env, [...path, String(i)]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, expand(each, env, [...path, key])]),
  );
}
