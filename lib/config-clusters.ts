import { z } from "zod";
import { GENERIC_ENCODINGS, GENERIC_FIELDS } from "#lib/domain/dead-letters/dialects/generic.ts";
import type { TopicSchema } from "#lib/domain/jobs/value-schemas.ts";
import { ruleFieldProblem } from "#lib/domain/records/masking.ts";

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

const schemasSchema = z.record(
  z.string().regex(/^[a-zA-Z0-9._-]{1,249}$/, "must be a topic's name"),
  z.string().min(1).max(1_000),
);

/** clusterSchema: one cluster, how it is reached, and what is known of its topics. */
export const clusterSchema = z.strictObject({
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
  /** Files of JSON Schemas by topic, as paths from the configuration's folder. */
  schemas: schemasSchema.default({}),
  schemaRegistry: schemaRegistrySchema.optional(),
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
  /** What the values of topics must keep to; nothing where absent. */
  readonly schemas?: readonly TopicSchema[];
  /** Where the schemas of records are; absent where there is no registry. */
  readonly schemaRegistry?: z.output<typeof schemaRegistrySchema> | undefined;
}

/**
 * clusterAccess is a cluster of the file with what its defaults and the files of its schemas add; `readJson` reads such a
 * file, and throws ConfigError where it cannot.
 */
export function clusterAccess(
  cluster: z.output<typeof clusterSchema>,
  readJson: (file: string, key: string) => unknown,
): ClusterAccess {
  const { tls, id } = cluster;
  const schemas = Object.entries(cluster.schemas).map(([topic, file]) => ({
    ...{ topic, file, schema: readJson(file, `schemas.${topic} of the cluster ${id}`) },
  }));
  return {
    ...cluster,
    schemas,
    name: cluster.name ?? cluster.id,
    tls: tls === undefined || tls === false ? null : tls === true ? { rejectUnauthorized: true } : tls,
    sasl: cluster.sasl ?? null,
  };
}
