/** Texts that are longer are decoded each time, bytes. */
const LONGEST = 4_096;
const SLOTS = 1_024;
/** The bytes at either end that a slot is found by; a text that it answers is compared as a whole. */
const TOLD_BY = 16;

/** A slot: the bytes that were seen last, by their hash, and their text once they were seen twice. */
interface Slot {
  hash: number;
  known: { bytes: Uint8Array; text: string } | null;
}

/**
 * TextMemory answers the text of bytes that it has decoded before: most headers of dead letters are the same in
 * thousands of records. It answers what decoding would, holds 1,024 texts of at most 4 kB, and keeps no buffer of a
 * caller's alive.
 */
export class TextMemory {
  readonly #slots = Array.from({ length: SLOTS }, (): Slot => ({ hash: -1, known: null }));

  /** The text of these bytes; what `decode` answers is remembered, what it throws is thrown. */
  textOf(bytes: Uint8Array, decode: (bytes: Uint8Array) => string): string {
    if (bytes.length > LONGEST) return decode(bytes);
    const hash = hashOf(bytes);
    const slot = this.#slots[hash % SLOTS];
    if (slot === undefined) return decode(bytes);
    if (slot.hash !== hash) {
      // What differs from record to record is not worth its copy: only the second time is.
      slot.hash = hash;
      return decode(bytes);
    }
    if (slot.known !== null && areEqual(slot.known.bytes, bytes)) return slot.known.text;
    const text = decode(bytes);
    slot.known = { bytes: Uint8Array.from(bytes), text };
    return text;
  }
}

function hashOf(bytes: Uint8Array): number {
  const { length } = bytes;
  let hash = length;
  const first = Math.min(length, TOLD_BY);
  for (let at = 0; at < first; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  for (let at = Math.max(first, length - TOLD_BY); at < length; at++)
    hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  return hash >>> 0;
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
