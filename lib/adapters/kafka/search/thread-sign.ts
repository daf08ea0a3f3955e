const AT = 0;
const CANCELLED = 1;
const PARTITION = 2;
const OFFSET = 3;
const TOPIC = 4;
const WORDS = 5;

/** The record that a thread has at hand; its topic told by its place in the question. The offset is -1 for none. */
export interface RecordAtHand {
  topic: number;
  partition: number;
  offset: bigint;
}

/**
 * ThreadSign is memory that a thread and its owner share, so that each can see the other while the thread computes:
 * when the thread last gave a sign, which record it has at hand, and whether it is to stop.
 */
export class ThreadSign {
  readonly memory: SharedArrayBuffer;
  readonly #words: BigInt64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(WORDS * 8)) {
    this.memory = memory;
    this.#words = new BigInt64Array(memory);
  }

  /** Epoch ms. */
  get at(): number {
    return Number(Atomics.load(this.#words, AT));
  }

  set at(ms: number) {
    Atomics.store(this.#words, AT, BigInt(Math.trunc(ms)));
  }

  get cancelled(): boolean {
    return Atomics.load(this.#words, CANCELLED) === 1n;
  }

  set cancelled(value: boolean) {
    Atomics.store(this.#words, CANCELLED, value ? 1n : 0n);
  }

  /** The record at hand. */
  get record(): RecordAtHand {
    const [topic, partition] = [Number(this.#words[TOPIC] ?? 0n), Number(this.#words[PARTITION] ?? 0n)];
    return { topic, partition, offset: this.#words[OFFSET] ?? 0n };
  }

  /** Says which record is at hand; no other thread waits for it, so it need not be atomic. */
  atRecord({ topic, partition, offset }: RecordAtHand): void {
    this.#words[TOPIC] = BigInt(topic);
    this.#words[PARTITION] = BigInt(partition);
    this.#words[OFFSET] = offset;
  }
}
