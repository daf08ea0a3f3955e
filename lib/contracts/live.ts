import { z } from "zod";
import { FEATURES } from "#lib/contracts/endpoint.ts";

/** liveHint says that something of a feature changed; it never carries the data. */
export const liveHint = z.object({
  feature: z.enum(FEATURES),
  cluster: z.string().nullable(),
  id: z.string().nullable(),
});
export type LiveHint = z.output<typeof liveHint>;

/** LIVE_PATH is the server-sent event stream of {@link liveHint}s. */
export const LIVE_PATH = "/api/v1/live";
