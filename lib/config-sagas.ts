import { z } from "zod";
import type { ChoreographyMap } from "#lib/domain/sagas/choreography.ts";
import { SAGA_PRESETS } from "#lib/domain/sagas/saga-preset.ts";

const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_$]{0,62}$/, "must be a plain name of SQL");

/** sagaSourcesSchema: where a database keeps sagas; none unless said. */
export const sagaSourcesSchema = z
  .array(
    z
      .strictObject({
        preset: z.enum(SAGA_PRESETS),
        /** The schema of its tables: `eventuate` and `dbos` for those, else the search path of the URL. */
        schema: identifier.optional(),
        /** The view with the documented columns; `view` only. */
        view: identifier.optional(),
      })
      .refine(({ preset, view }) => (preset === "view") === (view !== undefined), {
        message: "a view has a name, and nothing else has one",
        path: ["view"],
      }),
  )
  .refine(
    (all) => new Set(all.map((each) => JSON.stringify(each))).size === all.length,
    "two sources are the same",
  )
  .default([]);

const topic = z.string().regex(/^[a-zA-Z0-9._-]{1,249}$/, "must be a topic's name");
const topics = z.array(topic).default([]);

/** choreographiesSchema: choreographies declared as data. */
export const choreographiesSchema = z
  .array(
    z.strictObject({
      type: z.string().min(1).max(200),
      /** The id of the cluster of its topics. */
      cluster: z.string(),
      starts: z.array(topic).min(1),
      rules: z
        .array(
          z.strictObject({
            event: topic,
            next: z.array(topic).min(1),
            withinSeconds: z.number().positive().max(31_536_000),
          }),
        )
        .default([]),
      compensations: topics,
      completes: z.array(topic).min(1),
      compensates: topics,
    }),
  )
  .refine(
    (all) => new Set(all.map(({ cluster, type }) => `${cluster} ${type}`)).size === all.length,
    "two choreographies of a cluster have the same type",
  )
  .default([]);

/** sagasSchema: how services are asked to move their sagas. */
export const sagasSchema = z
  .strictObject({
    /** The key that signs commands, shared with the services; without one no command is offered. */
    commandKey: z.string().min(16, "must have 16 characters at least").optional(),
  })
  .default({});

/** choreographiesOf are the maps that a configuration declares. */
export function choreographiesOf(declared: z.output<typeof choreographiesSchema>): ChoreographyMap[] {
  return declared.map(({ rules, ...map }) => ({
    ...map,
    rules: rules.map(({ event, next, withinSeconds }) => ({
      event,
      next,
      withinMs: Math.round(withinSeconds * 1_000),
    })),
  }));
}
