import protobuf from "protobufjs";
import { ByteReader } from "#lib/adapters/kafka/search/decode/byte-reader.ts";
import { DecodeError } from "#lib/adapters/kafka/search/decode/schema-lookup.ts";

/** A .proto file by the name that others import it by. */
export interface ProtoFile {
  name: string;
  text: string;
}

/** A compiled file of a registry. */
export interface ProtobufSchema {
  /** Reads Confluent's framing: the path of the message within the file, then the message. Throws DecodeError. */
  read(bytes: Buffer): { value: unknown; name: string };
}

const DEEPEST = 100;
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;

/**
 * compileProtobuf compiles a .proto file with those that it imports. Values are shown as Protobuf's JSON mapping has
 * them (names in camel case, enums by name, bytes in base64, timestamps as text), with 64-bit numbers as numbers; a
 * field that has no presence and is not there shows its default. Throws {@link DecodeError} for what cannot be parsed.
 * Messages are read here and not by the library, which would generate code from the schema.
 */
export function compileProtobuf(file: string, imports: readonly ProtoFile[] = []): ProtobufSchema {
  const root = new protobuf.Root();
  const messages = parsed(() => {
    for (const each of imports) protobuf.parse(each.text, root);
    const own = protobuf.parse(file, root);
    for (const name of own.imports ?? []) addWellKnown(root, name);
    root.resolveAll();
    return messagesOf(file, own.package ?? "");
  });
  return {
    read(bytes) {
      const reader = new ByteReader(bytes);
      const name = messageAt(messages, readPath(reader));
      return { value: readMessage(root.lookupType(name), reader, { end: bytes.length, depth: 0 }), name };
    },
  };
}

function parsed<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    // The library's errors name lines and types of the schema, never a payload.
    throw new DecodeError(
      `The .proto file cannot be read: ${error instanceof Error ? error.message : "unknown"}.`,
    );
  }
}

function addWellKnown(root: protobuf.Root, name: string): void {
  const known = protobuf.common.get(name);
  if (known?.nested !== undefined) root.addJSON(known.nested);
}

/** A message of a file with the messages inside it, in the order of the file. */
interface MessageNode {
  name: string;
  nested: MessageNode[];
}

/** The messages of one file alone: its order is what a path counts. */
function messagesOf(file: string, space: string): MessageNode[] {
  const alone = new protobuf.Root();
  protobuf.parse(file, alone);
  const top = space === "" ? alone : alone.lookup(space);
  return top instanceof protobuf.Namespace ? nodesIn(top) : [];
}

function nodesIn(space: protobuf.NamespaceBase): MessageNode[] {
  return space.nestedArray.flatMap((each) =>
    each instanceof protobuf.Type ? [{ name: each.fullName, nested: nodesIn(each) }] : [],
  );
}

/** A count and as many indexes, all zigzag; the count 0 stands for the first message. */
function readPath(reader: ByteReader): number[] {
  const count = reader.count(reader.zigzag());
  if (count > DEEPEST) throw new DecodeError("The path of the message is too long.");
  return count === 0 ? [0] : Array.from({ length: count }, () => reader.count(reader.zigzag()));
}

function messageAt(messages: readonly MessageNode[], path: readonly number[]): string {
  let within = messages;
  let found: MessageNode | undefined;
  for (const index of path) {
    found = within[index];
    if (found === undefined) throw new DecodeError(`The schema has no message at ${path.join(".")}.`);
    within = found.nested;
  }
  return found?.name ?? "";
}

interface Extent {
  end: number;
  depth: number;
}

function readMessage(type: protobuf.Type, reader: ByteReader, { end, depth }: Extent): unknown {
  if (depth > DEEPEST) throw new DecodeError("The message is nested too deeply.");
  const fields = new Map<string, unknown>();
  while (reader.at < end) {
    const tag = Number(reader.varint());
    const field = type.fieldsById[tag >>> 3];
    const wire = tag & 7;
    if (wire === END_GROUP) throw new DecodeError("A group ends that did not begin.");
    if (field === undefined) skip(reader, wire, depth);
    else readField(field.resolve(), fields, { reader, wire, depth });
  }
  if (reader.at > end) throw new DecodeError("A field reaches beyond its message.");
  return asJson(type, withDefaults(type, fields));
}

interface Place {
  reader: ByteReader;
  wire: number;
  depth: number;
}

function readField(
  field: protobuf.Field,
  fields: Map<string, unknown>,
  { reader, wire, depth }: Place,
): void {
  if (field instanceof protobuf.MapField) {
    const entry = readEntry(field, reader, depth);
    fields.set(field.name, { ...(fields.get(field.name) as object | undefined), ...entry });
  } else if (!field.repeated) fields.set(field.name, readValue(field, { reader, wire, depth }));
  else {
    const values = (fields.get(field.name) as unknown[] | undefined) ?? [];
    const packed = wire === LENGTH && wireOf(field) !== LENGTH;
    const end = packed ? reader.count(reader.varint()) + reader.at : 0;
    if (end > reader.bytes.length) throw new DecodeError("A packed field reaches beyond the message.");
    do values.push(readValue(field, { reader, wire: packed ? wireOf(field) : wire, depth }));
    while (packed && reader.at < end);
    fields.set(field.name, values);
  }
}

/** An entry of a map is a message of its own: 1 is the key, 2 the value. */
function readEntry(field: protobuf.MapField, reader: ByteReader, depth: number): Record<string, unknown> {
  const end = reader.count(reader.varint()) + reader.at;
  let key: unknown = defaultOf(field.keyType);
  let value: unknown = field.resolvedType instanceof protobuf.Type ? {} : defaultFor(field);
  while (reader.at < end) {
    const tag = Number(reader.varint());
    const place = { reader, wire: tag & 7, depth };
    if (tag >>> 3 === 1) key = readScalar(field.keyType, place);
    else if (tag >>> 3 === 2) value = readValue(field, place);
    else skip(reader, tag & 7, depth);
  }
  return Object.fromEntries([[String(key), value]]);
}

function readValue(field: protobuf.FieldBase, place: Place): unknown {
  const { resolvedType } = field;
  const { reader, wire, depth } = place;
  if (resolvedType instanceof protobuf.Type) {
    if (wire !== LENGTH) throw new DecodeError(`The field ${field.name} is not written as a message.`);
    const length = reader.count(reader.varint());
    if (length > reader.left) throw new DecodeError("A message ends too early.");
    return readMessage(resolvedType, reader, { end: reader.at + length, depth: depth + 1 });
  }
  if (resolvedType === null) return readScalar(field.type, place);
  const number = Number(BigInt.asIntN(32, BigInt(readScalar("int32", place) as number)));
  return resolvedType.valuesById[number] ?? number;
}

const WIRES: Readonly<Record<string, number>> = {
  double: FIXED64,
  fixed64: FIXED64,
  sfixed64: FIXED64,
  float: FIXED32,
  fixed32: FIXED32,
  sfixed32: FIXED32,
  string: LENGTH,
  bytes: LENGTH,
};

function wireOf(field: protobuf.FieldBase): number {
  if (field.resolvedType instanceof protobuf.Type) return LENGTH;
  return field.resolvedType === null ? (WIRES[field.type] ?? VARINT) : VARINT;
}

function readScalar(type: string, { reader, wire }: Place): unknown {
  if (wire !== (WIRES[type] ?? VARINT))
    throw new DecodeError(`A field of type ${type} is not written as one.`);
  switch (type) {
    case "double":
      return finite(reader.take(8).readDoubleLE());
    case "float":
      return finite(reader.take(4).readFloatLE());
    case "fixed64":
      return reader.take(8).readBigUInt64LE();
    case "sfixed64":
      return reader.take(8).readBigInt64LE();
    case "fixed32":
      return reader.take(4).readUInt32LE();
    case "sfixed32":
      return reader.take(4).readInt32LE();
    case "string":
      return reader.utf8(reader.count(reader.varint()));
    case "bytes":
      return reader.take(reader.count(reader.varint())).toString("base64");
    case "bool":
      return reader.varint() !== 0n;
    case "sint32":
      return Number(reader.zigzag());
    case "sint64":
      return reader.zigzag();
    case "int32":
      return Number(BigInt.asIntN(32, reader.varint()));
    case "uint32":
      return Number(BigInt.asUintN(32, reader.varint()));
    case "int64":
      return BigInt.asIntN(64, reader.varint());
    default:
      return reader.varint();
  }
}

/** Protobuf's JSON writes what JSON has no number for as text. */
const finite = (value: number): number | string =>
  Number.isFinite(value) ? value : Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

function skip(reader: ByteReader, wire: number, depth: number): void {
  if (depth > DEEPEST) throw new DecodeError("The message is nested too deeply.");
  if (wire === VARINT) reader.varint();
  else if (wire === FIXED64) reader.take(8);
  else if (wire === LENGTH) reader.take(reader.count(reader.varint()));
  else if (wire === FIXED32) reader.take(4);
  else if (wire === GROUP) {
    for (let tag = reader.varint(); (tag & 7n) !== BigInt(END_GROUP); tag = reader.varint())
      skip(reader, Number(tag & 7n), depth + 1);
  } else throw new DecodeError(`Wire type ${wire} is not known.`);
}

/** The fields in the order of the schema; what has no presence and is not there shows its default. */
function withDefaults(type: protobuf.Type, read: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const entries = type.fieldsArray.flatMap((field): [string, unknown][] => {
    const value = read.get(field.name);
    if (value !== undefined) return [[field.name, value]];
    if (field instanceof protobuf.MapField) return [[field.name, {}]];
    if (field.repeated) return [[field.name, []]];
    return field.hasPresence || field.resolvedType instanceof protobuf.Type
      ? []
      : [[field.name, defaultFor(field)]];
  });
  return Object.fromEntries(entries);
}

function defaultFor(field: protobuf.FieldBase): unknown {
  if (field.resolvedType instanceof protobuf.Enum) return field.resolvedType.valuesById[0] ?? 0;
  return defaultOf(field.type);
}

function defaultOf(type: string): unknown {
  if (type === "string" || type === "bytes") return "";
  return type === "bool" ? false : 0;
}

const WRAPPER = /^\.google\.protobuf\.(Double|Float|U?Int64|U?Int32|Bool|String|Bytes)Value$/;

/** The messages that Protobuf's JSON mapping writes as one value. */
function asJson(type: protobuf.Type, fields: Record<string, unknown>): unknown {
  if (WRAPPER.test(type.fullName)) return fields["value"];
  if (type.fullName !== ".google.protobuf.Timestamp") return fields;
  const [seconds, nanos] = [Number(fields["seconds"] ?? 0), Number(fields["nanos"] ?? 0)];
  const at = new Date(seconds * 1_000);
  if (Number.isNaN(at.getTime())) return fields;
  const fraction = nanos === 0 ? "" : `.${String(nanos).padStart(9, "0").replace(/0+$/, "")}`;
  return at.toISOString().replace(/\.\d+Z$/, `${fraction}Z`);
}
