/** ChunkWalk walks bytes that lie in several buffers, one behind the other, and copies only across their borders. */
export class ChunkWalk {
  readonly #chunks: readonly Buffer[];
  #index = 0;
  #at = 0;
  #left: number;

  constructor(chunks: readonly Buffer[]) {
    this.#chunks = chunks;
    this.#left = chunks.reduce((sum, each) => sum + each.length, 0);
  }

  /** Bytes that are not taken yet. */
  get left(): number {
    return this.#left;
  }

  /** The next bytes, left where they are; null where there are fewer. */
  peek(length: number): Buffer | null {
    if (length > this.#left) return null;
    const chunk = this.#chunks[this.#index];
    const end = this.#at + length;
    return chunk !== undefined && end <= chunk.length ? chunk.subarray(this.#at, end) : this.#join(length);
  }

  /** The next bytes; null, with nothing taken, where there are fewer. */
  take(length: number): Buffer | null {
    const taken = this.peek(length);
    if (taken === null) return null;
    this.#left -= length;
    let behind = this.#at + length;
    for (;;) {
      const chunk = this.#chunks[this.#index];
      if (chunk === undefined || behind < chunk.length) break;
      behind -= chunk.length;
      this.#index += 1;
    }
    this.#at = behind;
    return taken;
  }

  #join(length: number): Buffer {
    const joined = Buffer.allocUnsafe(length);
    let [index, at, filled] = [this.#index, this.#at, 0];
    while (filled < length) {
      const chunk = this.#chunks[index];
      if (chunk === undefined) break;
      filled += chunk.copy(joined, filled, at, at + length - filled);
      index += 1;
      at = 0;
    }
    return joined;
  }
}
