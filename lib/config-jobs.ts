import { z } from "zod";
import { sagaSourcesSchema } from "#lib/config-sagas.ts";
import { UNDECLARED, type GroupDeclaration, type JobSettings } from "#lib/domain/jobs/job-settings.ts";

/** databasesSchema: the users' databases, read to tell what groups have processed and where sagas stand. */
export const databasesSchema = z
  .array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9-]{1,60}$/, "must match [a-z0-9-]+"),
      url: z.string().regex(/^postgres(ql)?:\/\//, "must begin with postgres:// or postgresql://"),
      /** The id of the cluster whose events it has processed. */
      cluster: z.string(),
      /** Where it keeps sagas. */
      sagas: sagaSourcesSchema,
    }),
  )
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, "two databases have the same id")
  .default([]);

/** groupsSchema: what groups declare of themselves. */
export const groupsSchema = z
  .record(
    z.string(),
    z.strictObject({
      allowedLag: z.number().int().nonnegative().optional(),
      /** How the group's consumers read transactions. */
      isolation: z.enum(["read_committed", "read_uncommitted"]).optional(),
      /** Whether reading a record again has effects outside of the group's own state. */
      effects: z.enum(["pure", "external"]).optional(),
      /** For how long the group remembers events that it has processed. */
      dedupDays: z.number().positive().max(36_500).optional(),
      /** The name of its own way in; `{topic}` stands for the base topic. */
      wayIn: z
        .string()
        .regex(/^[a-zA-Z0-9._{}-]{1,249}$/, "must be a topic's name")
        .optional(),
    }),
  )
  .default({});

/** jobsSchema: when a job needs more than a click. */
export const jobsSchema = z
  .strictObject({
    /** Over so many records their number is typed at the start. */
    typedOver: z.number().int().nonnegative().default(1_000),
    /** Over so many records a second person approves. */
    approvalOver: z.number().int().nonnegative().default(10_000),
    /** How often a record may be copied back. */
    hopCap: z.number().int().min(1).max(1_000).default(3),
  })
  .default({ typedOver: 1_000, approvalOver: 10_000, hopCap: 3 });

/** A database of the config. Holds a secret: never logged, never answered. */
export type DatabaseAccess = z.output<typeof databasesSchema>[number];

/** jobSettingsOf are the settings of copy jobs that a configuration makes. */
export function jobSettingsOf(
  groups: z.output<typeof groupsSchema>,
  jobs: z.output<typeof jobsSchema>,
): JobSettings {
  const group = (id: string): GroupDeclaration => {
    const given = Object.hasOwn(groups, id) ? groups[id] : undefined;
    return {
      isolation: given?.isolation ?? UNDECLARED.isolation,
      effects: given?.effects ?? UNDECLARED.effects,
      dedupDays: given?.dedupDays ?? null,
      wayIn: given?.wayIn ?? null,
    };
  };
  return { ...jobs, group };
}
