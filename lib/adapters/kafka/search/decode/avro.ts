import { ByteReader } from "#lib/adapters/kafka/search/decode/byte-reader.ts";
import { DecodeError } from "#lib/adapters/kafka/search/decode/schema-lookup.ts";

/** Reads one value of a schema; the answer is a JSON value in which a long is a bigint. */
type Reader = (bytes: ByteReader, depth: number) => unknown;

/** A compiled Avro schema. */
export interface AvroSchema {
  /** The full name of the record; null where the schema is none. */
  name: string | null;
  /** Reads bytes to their end. Throws {@link DecodeError}. */
  read(bytes: Buffer): unknown;
}

/** Records may hold records of their own kind: deeper values are refused. */
const DEEPEST = 200;
const NAMED = new Set(["record", "error", "enum", "fixed"]);

/**
 * compileAvro compiles an Avro schema (specification 1.12) to a reader of its binary form. `references` are schemas
 * whose names it uses, those they need first. A union's value is shown as it is; bytes and fixed as text of one
 * character a byte, as Avro's own JSON has them, decimals as their number. Throws {@link DecodeError} for what is no
 * schema.
 */
export function compileAvro(schema: unknown, references: readonly unknown[] = []): AvroSchema {
  const names = new Map<string, Reader>();
  for (const reference of references) compile(reference, "", names);
  const reader = compile(schema, "", names);
  const isNamed = isObject(schema) && typeof schema["name"] === "string";
  return {
    name: isNamed ? fullName(schema, "").full : null,
    read(bytes) {
      const from = new ByteReader(bytes);
      const value = reader(from, 0);
      if (from.left > 0) throw new DecodeError(`${from.left} bytes are left behind the value.`);
      return value;
    },
  };
}

const PRIMITIVES: Readonly<Record<string, Reader>> = {
  null: () => null,
  boolean: (bytes) => bytes.take(1)[0] !== 0,
  int: (bytes) => Number(bytes.zigzag()),
  long: (bytes) => bytes.zigzag(),
  float: (bytes) => finite(bytes.take(4).readFloatLE()),
  double: (bytes) => finite(bytes.take(8).readDoubleLE()),
  bytes: (bytes) => lengthOf(bytes).toString("latin1"),
  string: (bytes) => lengthOf(bytes).toString("utf8"),
};

const lengthOf = (bytes: ByteReader): Buffer => bytes.take(bytes.count(bytes.zigzag()));

/** JSON has no such numbers. */
const finite = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

function compile(schema: unknown, space: string, names: Map<string, Reader>): Reader {
  if (typeof schema === "string") return byName(schema, space, names);
  if (Array.isArray(schema)) return union(schema.map((each) => compile(each, space, names)));
  if (!isObject(schema)) throw new DecodeError("The schema is not an Avro schema.");
  const { type, logicalType } = schema;
  if (typeof type !== "string") return compile(type, space, names);
  if (NAMED.has(type)) return named(type, schema, { space, names });
  if (type === "array") return blocks(compile(schema["items"], space, names), "array");
  if (type === "map") return blocks(compile(schema["values"], space, names), "map");
  const reader = byName(type, space, names);
  return logicalType === "decimal" && type === "bytes" ? decimal(lengthOf, schema) : reader;
}

function byName(name: string, space: string, names: Map<string, Reader>): Reader {
  const primitive = Object.hasOwn(PRIMITIVES, name) ? PRIMITIVES[name] : undefined;
  if (primitive !== undefined) return primitive;
  const full = name.includes(".") || space === "" ? name : `${space}.${name}`;
  const found = names.get(full) ?? names.get(name);
  if (found === undefined)
    throw new DecodeError(`The schema names the type ${name}, which it does not define.`);
  return found;
}

function named(
  type: string,
  schema: Record<string, unknown>,
  { space, names }: { space: string; names: Map<string, Reader> },
): Reader {
  const { full, own } = fullName(schema, space);
  let reader: Reader = () => {
    throw new DecodeError(`The type ${full} is used before it is defined.`);
  };
  // A record may name itself: what it names is looked up when it is read.
  names.set(full, (bytes, depth) => reader(bytes, depth));
  if (type === "enum") reader = enumeration(schema);
  else if (type === "fixed") reader = fixed(schema);
  else reader = record(schema, own, names);
  return reader;
}

function fullName(schema: Record<string, unknown>, space: string): { full: string; own: string } {
  const { name, namespace } = schema;
  if (typeof name !== "string") throw new DecodeError("A type of the schema has no name.");
  if (name.includes(".")) return { full: name, own: name.slice(0, name.lastIndexOf(".")) };
  const own = typeof namespace === "string" ? namespace : space;
  return { full: own === "" ? name : `${own}.${name}`, own };
}

function record(schema: Record<string, unknown>, space: string, names: Map<string, Reader>): Reader {
  const { fields } = schema;
  if (!Array.isArray(fields)) throw new DecodeError("A record of the schema has no fields.");
  const readers = fields.map((field: unknown): [string, Reader] => {
    if (!isObject(field) || typeof field["name"] !== "string")
      throw new DecodeError("A field of the schema has no name.");
    return [field["name"], compile(field["type"], space, names)];
  });
  return (bytes, depth) => {
    if (depth > DEEPEST) throw new DecodeError("The value is nested too deeply.");
    return Object.fromEntries(readers.map(([name, read]) => [name, read(bytes, depth + 1)]));
  };
}

function enumeration({ symbols }: Record<string, unknown>): Reader {
  if (!Array.isArray(symbols)) throw new DecodeError("An enum of the schema has no symbols.");
  return (bytes) => {
    const index = Number(bytes.zigzag());
    if (index < 0 || index >= symbols.length) throw new DecodeError(`The enum has no symbol ${index}.`);
    return symbols[index] as unknown;
  };
}

function fixed(schema: Record<string, unknown>): Reader {
  const { size, logicalType } = schema;
  if (typeof size !== "number") throw new DecodeError("A fixed of the schema has no size.");
  if (logicalType === "decimal") return decimal((bytes) => bytes.take(size), schema);
  return (bytes) => bytes.take(size).toString("latin1");
}

function union(branches: readonly Reader[]): Reader {
  return (bytes, depth) => {
    const index = Number(bytes.zigzag());
    const branch = branches[index];
    if (branch === undefined) throw new DecodeError(`The union has no branch ${index}.`);
    return branch(bytes, depth);
  };
}

/** Blocks of items: a count, negative where the block's length in bytes follows, then the items; 0 ends them. */
function blocks(read: Reader, kind: "array" | "map"): Reader {
  return (bytes, depth) => {
    if (depth > DEEPEST) throw new DecodeError("The value is nested too deeply.");
    const items: unknown[] = [];
    for (let count = bytes.zigzag(); count !== 0n; count = bytes.zigzag()) {
      if (count < 0n) bytes.zigzag();
      const inBlock = bytes.count(count < 0n ? -count : count);
      bytes.spend(inBlock);
      for (let n = 0; n < inBlock; n += 1) {
        if (kind === "array") items.push(read(bytes, depth + 1));
        else items.push([lengthOf(bytes).toString("utf8"), read(bytes, depth + 1)]);
      }
    }
    return kind === "array" ? items : Object.fromEntries(items as [string, unknown][]);
  };
}

/** The unscaled number, two's complement and big-endian, as the text of the number that it stands for. */
function decimal(take: (bytes: ByteReader) => Buffer, { scale }: Record<string, unknown>): Reader {
  const digits = typeof scale === "number" ? scale : 0;
  return (bytes) => {
    const raw = take(bytes);
    if (raw.length === 0) return "0";
    const unscaled = BigInt.asIntN(raw.length * 8, BigInt(`0x${raw.toString("hex")}`));
    const text = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(digits + 1, "0");
    const sign = unscaled < 0n ? "-" : "";
    return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
