import type { Decoder } from "#lib/domain/records/record.ts";

/** A schema of a registry that can read bytes. */
export interface LoadedSchema {
  readonly id: number;
  readonly decoder: Extract<Decoder, "avro" | "protobuf" | "json-schema">;
  /** Reads what follows the id; throws DecodeError. `name` is the record's or message's own. */
  read(bytes: Buffer): { json: string; name: string | null };
}

/** Why a schema cannot be had, in a sentence. */
export interface MissingSchema {
  readonly id: number;
  readonly reason: string;
}

/** SchemaLookup is a Schema Registry as a decoder sees it: what was loaded is there at once. */
export interface SchemaLookup {
  /** null where the schema was not asked for yet: {@link SchemaNeeded} is thrown then, and `load` called. */
  get(id: number): LoadedSchema | MissingSchema | null;
  /** Asks for a schema; what fails is told by `get`. */
  load(id: number, signal: AbortSignal): Promise<void>;
}

/** SchemaNeeded says that a field cannot be read before a schema is loaded; the caller loads it and tries again. */
export class SchemaNeeded extends Error {
  readonly id: number;
  constructor(id: number) {
    super(`schema ${id} is not loaded yet`);
    this.name = "SchemaNeeded";
    this.id = id;
  }
}

/** DecodeError says why bytes do not fit a schema or format. It quotes no payload. */
export class DecodeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DecodeError";
  }
}
