import { defineEvent, type EventDefinition } from "#kit/event.ts";
import type { Reader } from "./parse.ts";

/** Defines an event of the shop by the reader of its payload; six partitions unless told. */
export function shopEvent<T>(topic: string, reader: Reader<T>, partitions = 6): EventDefinition<T> {
  return defineEvent({ topic, partitions, parse: (value) => reader(value, "") });
}
