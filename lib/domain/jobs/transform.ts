/** Any value that JSON can hold. */
type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** One operation of RFC 6902 on the record's value, which must be JSON. */
export type PatchOperation =
  | { op: "add" | "replace" | "test"; path: string; value: JsonValue }
  | { op: "remove"; path: string }
  | { op: "move" | "copy"; from: string; path: string };

/**
 * What is done to each record before it is sent. Headers are set after they are dropped. `script` is a function body
 * over `record` (`{key, value, headers}`, the value parsed where it is JSON) that answers the changed record or null to
 * leave it out; it runs without clock, randomness or network. `newEventId` gives the copy an event id of its own, so
 * that a group which processed the first one works again.
 */
export interface Transform {
  headers: { set: { name: string; value: string }[]; drop: string[] };
  value:
    { kind: "none" } | { kind: "patch"; operations: PatchOperation[] } | { kind: "script"; code: string };
  newEventId: boolean;
}

/** NO_TRANSFORM leaves records byte for byte as they are. */
export const NO_TRANSFORM = {
  headers: { set: [], drop: [] },
  value: { kind: "none" },
  newEventId: false,
} satisfies Transform;
