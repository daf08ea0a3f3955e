import { envelope, type Dialect } from "#lib/domain/dead-letters/dialects/dialect.ts";

/** A record of no dialect that is known: only what every dialect shares is read, the rest is shown raw. */
export const unknown: Dialect = {
  id: "unknown",
  detects: () => true,
  read: (_record, headers) => envelope("unknown", headers, {}),
};
