import { z } from "zod";
import { clusterAccess, clusterSchema, type ClusterAccess } from "#lib/config-clusters.ts";
import { ConfigError } from "#lib/config-error.ts";
import { readConfigFile, textOf, type Environment } from "#lib/config-file.ts";
import {
  databasesSchema,
  groupsSchema,
  jobSettingsOf,
  jobsSchema,
  type DatabaseAccess,
} from "#lib/config-jobs.ts";
import { choreographiesOf, choreographiesSchema, sagasSchema } from "#lib/config-sagas.ts";
import type { JobSettings } from "#lib/domain/jobs/job-settings.ts";
import type { ChoreographyMap } from "#lib/domain/sagas/choreography.ts";

const fileSchema = z.strictObject({
  clusters: z
    .array(clusterSchema)
    .min(1)
    .refine(
      (all) => new Set(all.map((each) => each.id)).size === all.length,
      "two clusters have the same id",
    ),
  database: z.strictObject({ url: z.string().min(1) }).optional(),
  console: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).optional(),
      trustedProxies: z.array(z.string().min(1)).default([]),
      openMetrics: z.boolean().default(false),
    })
    .default({ trustedProxies: [], openMetrics: false }),
  log: z
    .strictObject({ level: z.enum(["debug", "info", "warn", "error"]).default("info") })
    .default({ level: "info" }),
  history: z
    .strictObject({
      rawHours: z
        .number()
        .int()
        .min(2)
        .max(24 * 31)
        .default(48),
      minuteDays: z.number().int().min(2).max(400).default(7),
      tenMinuteDays: z.number().int().min(2).max(4_000).default(30),
    })
    .default({ rawHours: 48, minuteDays: 7, tenMinuteDays: 30 }),
  databases: databasesSchema,
  groups: groupsSchema,
  jobs: jobsSchema,
  choreographies: choreographiesSchema,
  sagas: sagasSchema,
  lag: z.strictObject({ allowed: z.number().int().nonnegative().default(0) }).default({ allowed: 0 }),
});

/** Config is all that an installation decides. */
export interface Config {
  readonly clusters: readonly ClusterAccess[];
  readonly databaseUrl: string;
  /** The console's address as browsers see it (NEXTAUTH_URL); null when not set. */
  readonly consoleUrl: string | null;
  /** NEXTAUTH_SECRET; null when not set: {@link requireSignInSecret}. */
  readonly signInSecret: string | null;
  /** SLUICE_DEMO=1: this process belongs to the demo. */
  readonly demo: boolean;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  /** Addresses or CIDR ranges whose x-forwarded-for is believed. */
  readonly trustedProxies: readonly string[];
  /** Whether /api/metrics answers without a token. */
  readonly openMetrics: boolean;
  /** How long the history keeps every sweep, a sample a minute and a sample each ten minutes. */
  readonly history: {
    readonly rawHours: number;
    readonly minuteDays: number;
    readonly tenMinuteDays: number;
  };
  /** The lag in records at or below which a partition of a group counts as level. */
  readonly allowedLag: (group: string) => number;
  /** The users' databases. Holds secrets. */
  readonly databases: readonly DatabaseAccess[];
  /** When a copy job needs more than a click, and what groups declare. */
  readonly jobs: JobSettings;
  /** Choreographies declared as data; their clusters are those of the config. */
  readonly choreographies: readonly ChoreographyMap[];
  /** The key that signs commands to sagas; null where none is set. A secret. */
  readonly sagaCommandKey: string | null;
}

let read: Config | undefined;

/** config is the configuration of this process, read on first use. Throws {@link ConfigError}. */
export function config(): Config {
  read ??= readConfig(process.env);
  return read;
}

/** requireSignInSecret is the key of the session cookies. Throws {@link ConfigError} where none is set. */
export function requireSignInSecret(from: Config): string {
  if (from.signInSecret !== null) return from.signInSecret;
  throw new ConfigError("NEXTAUTH_SECRET is not set. Make one with: openssl rand -base64 32");
}

/**
 * readConfig reads the file of SLUICE_CONFIG (default `./sluice.config.yaml`), with `${NAME}` in its text values
 * taken from `env`; without a file KAFKA_BROKERS alone makes one cluster `default`. DATABASE_URL, NEXTAUTH_URL and
 * SLUICE_LOG_LEVEL of the environment win over the file.
 */
export function readConfig(env: Environment): Config {
  const raw = readConfigFile(env);
  const file = fileSchema.safeParse(raw.file);
  if (!file.success) throw new ConfigError(describeIssues(file.error));
  const { clusters, console: web, database, log, groups, lag, history, jobs } = file.data;
  const databaseUrl = textOf(env["DATABASE_URL"]) ?? database?.url;
  if (databaseUrl === undefined)
    throw new ConfigError("DATABASE_URL is not set, nor database.url in the config file.");
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new ConfigError("DATABASE_URL must begin with postgres:// or postgresql://.");
  }
  const level = fileSchema.shape.log.safeParse({ level: textOf(env["SLUICE_LOG_LEVEL"]) ?? log.level });
  if (!level.success) throw new ConfigError("SLUICE_LOG_LEVEL must be debug, info, warn or error.");
  return {
    clusters: clusters.map((each) => clusterAccess(each, raw.readJson)),
    databaseUrl,
    consoleUrl: textOf(env["NEXTAUTH_URL"]) ?? web.url ?? null,
    signInSecret: textOf(env["NEXTAUTH_SECRET"]) ?? null,
    demo: env["SLUICE_DEMO"] === "1",
    logLevel: level.data.level,
    trustedProxies: web.trustedProxies,
    openMetrics: web.openMetrics,
    history,
    allowedLag: (group) => groups[group]?.allowedLag ?? lag.allowed,
    databases: file.data.databases,
    jobs: jobSettingsOf(groups, jobs),
    choreographies: knownChoreographies(file.data),
    sagaCommandKey: file.data.sagas.commandKey ?? null,
  };
}

function knownChoreographies(file: z.output<typeof fileSchema>): ChoreographyMap[] {
  const { clusters, databases, choreographies } = file;
  choreographies.forEach(({ cluster }, index) => {
    const refuse = (why: string): never => {
      throw new ConfigError(`choreographies.${index}.cluster: ${why}.`);
    };
    if (!clusters.some(({ id }) => id === cluster)) refuse("the configuration has no such cluster");
    if (databases.some(({ id, sagas }) => id === cluster && sagas.length > 0))
      refuse("a database of the same id keeps sagas: their sources could not be told apart");
  });
  return choreographiesOf(choreographies);
}

function describeIssues(error: z.ZodError): string {
  const lines = error.issues.map((issue) => {
    const key = issue.path.join(".") || "the file";
    return issue.code === "unrecognized_keys"
      ? `${key}: unknown key ${issue.keys.join(", ")}`
      : `${key}: ${issue.message}`;
  });
  return `The configuration is not valid. ${lines.join("; ")}.`;
}
