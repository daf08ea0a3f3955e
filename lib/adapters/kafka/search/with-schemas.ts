import { SchemaNeeded, type SchemaLookup } from "#lib/adapters/kafka/search/decode/schema-lookup.ts";

/** withSchemas does `work`, and again after each schema that it needs was loaded. */
export async function withSchemas<T>(
  schemas: SchemaLookup | null,
  signal: AbortSignal,
  work: () => T,
): Promise<T> {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof SchemaNeeded) || schemas === null) throw error;
      await schemas.load(error.id, signal);
    }
  }
}
