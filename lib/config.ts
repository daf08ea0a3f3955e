import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
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
import { ruleFieldProblem } from "#lib/domain/records/masking.ts";
import { GENERIC_ENCODINGS, GENERIC_FIELDS } from "#lib/domain/dead-letters/dialects/generic.ts";

/** ConfigError says which key of the configuration is wrong and how; it never quotes a value. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConfigError";
  }
}

const pem = z.string().regex(/-----BEGIN /, "must be PEM text");

const saslSchema = z.strictObject({
  mechanism: z.enum(["plain", "scram-sha-256", "scram-sha-512"]),
  username: z.string().min(1),
  password: z.string().min(1),
});

const tlsSchema = z.strictObject({
  ca: pem.optional(),
  cert: pem.optional(),
  key: pem.optional(),
  rejectUnauthorized: z.boolean().default(true),
});

const brokersSchema = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => (typeof given === "string" ? given.split(",") : given).map((each) => each.trim()))
  .pipe(
    z.array(z.string().regex(/^[^\s:@/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, "must be host:port")).min(1),
  );

const genericFieldSchema = z.strictObject({
  header: z.string().min(1).max(300),
  encoding: z.enum(GENERIC_ENCODINGS).default("text"),
});

const deadLettersSchema = z
  .strictObject({
    /** Whether the text of keys is kept in the database. */
    previews: z.boolean().default(false),
    /** Names of dead-letter topics, `*` for any characters; in place of the usual ones. */
    topics: z.array(z.string().min(1).max(249)).min(1).optional(),
    /** From this many open dead letters of a topic on, one in n has a row. */
    floodAt: z.number().int().min(100).max(100_000_000).default(1_000_000),
    /** Headers of a convention of one's own. */
    headers: z.partialRecord(z.enum(GENERIC_FIELDS), genericFieldSchema).optional(),
  })
  .default({ previews: false, floodAt: 1_000_000 });

const maskingSchema = z.array(
  z.strictObject({
    /** Names of topics, `*` for any characters. */
    topics: z.array(z.string().min(1).max(249)).min(1),
    /** `key`, `value`, `key.<path>`, `value.<path>`, `header.<name>`, `error`. */
    fields: z
      .array(
        z.string().superRefine((field, ctx) => {
          const problem = ruleFieldProblem(field);
          if (problem !== null) ctx.addIssue({ code: "custom", message: problem });
        }),
      )
      .min(1),
  }),
);

const schemaRegistrySchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  username: z.string().min(1).optional(),
  password: z.string().optional(),
});

const clusterSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,60}$/, "must match [a-z0-9-]+"),
  name: z.string().min(1).max(100).optional(),
  brokers: brokersSchema,
  tls: z.union([z.boolean(), tlsSchema]).optional(),
  sasl: saslSchema.optional(),
  readOnly: z.boolean().default(false),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, "must be a colour such as #c2410c")
    .nullable()
    .default(null),
  deadLetters: deadLettersSchema,
  masking: maskingSchema.default([]),
  schemaRegistry: schemaRegistrySchema.optional(),
});

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

/** TLS of a cluster; PEM texts. */
interface ClusterTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly rejectUnauthorized: boolean;
}

/** One cluster of the config with what is needed to reach it. Holds secrets: never logged, never answered. */
export interface ClusterAccess {
  readonly id: string;
  readonly name: string;
  readonly brokers: readonly string[];
  /** null is a plain connection. */
  readonly tls: ClusterTls | null;
  readonly sasl: z.output<typeof saslSchema> | null;
  readonly readOnly: boolean;
  /** `#rrggbb`; null is no colour. */
  readonly color: string | null;
  /** How dead letters are found and indexed. */
  readonly deadLetters: z.output<typeof deadLettersSchema>;
  /** What is hidden of records, whoever reads them; nothing where absent. */
  readonly masking?: z.output<typeof maskingSchema>;
  /** Where the schemas of records are; absent where there is no registry. */
  readonly schemaRegistry?: z.output<typeof schemaRegistrySchema> | undefined;
}

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
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const file = fileSchema.safeParse(rawConfig(env));
  if (!file.success) throw new ConfigError(describeIssues(file.error));
  const { clusters, console: web, database, log, groups, lag, history, jobs } = file.data;
  const databaseUrl = text(env["DATABASE_URL"]) ?? database?.url;
  if (databaseUrl === undefined)
    throw new ConfigError("DATABASE_URL is not set, nor database.url in the config file.");
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new ConfigError("DATABASE_URL must begin with postgres:// or postgresql://.");
  }
  const level = fileSchema.shape.log.safeParse({ level: text(env["SLUICE_LOG_LEVEL"]) ?? log.level });
  if (!level.success) throw new ConfigError("SLUICE_LOG_LEVEL must be debug, info, warn or error.");
  return {
    clusters: clusters.map(toAccess),
    databaseUrl,
    consoleUrl: text(env["NEXTAUTH_URL"]) ?? web.url ?? null,
    signInSecret: text(env["NEXTAUTH_SECRET"]) ?? null,
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

const text = (value: string | undefined): string | undefined =>
  value === undefined || value === "" ? undefined : value;

function toAccess(cluster: z.output<typeof clusterSchema>): ClusterAccess {
  const { tls } = cluster;
  return {
    ...cluster,
    name: cluster.name ?? cluster.id,
    tls: tls === undefined || tls === false ? null : tls === true ? { rejectUnauthorized: true } : tls,
    sasl: cluster.sasl ?? null,
  };
}

function rawConfig(env: Readonly<Record<string, string | undefined>>): unknown {
  const named = text(env["SLUICE_CONFIG"]);
  // The file is named at run time: the comments keep the bundler from taking in every file it could be.
  const path = resolve(/* turbopackIgnore: true */ named ?? "sluice.config.yaml");
  if (named !== undefined || existsSync(/* turbopackIgnore: true */ path))
    return expand(parseFile(path, named), env, []);
  const brokers = text(env["KAFKA_BROKERS"]);
  if (brokers === undefined) {
    throw new ConfigError(
      "No cluster is configured: write sluice.config.yaml, or set SLUICE_CONFIG or KAFKA_BROKERS.",
    );
  }
  return { clusters: [{ id: "default", brokers }] };
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
function expand(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  path: readonly string[],
): unknown {
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

function describeIssues(error: z.ZodError): string {
  const lines = error.issues.map((issue) => {
    const key = issue.path.join(".") || "the file";
    return issue.code === "unrecognized_keys"
      ? `${key}: unknown key ${issue.keys.join(", ")}`
      : `${key}: ${issue.message}`;
  });
  return `The configuration is not valid. ${lines.join("; ")}.`;
}
