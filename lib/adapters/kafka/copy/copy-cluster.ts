import type { ClusterLinks } from "#lib/adapters/kafka/cluster-links.ts";
import type { CopyCluster, CopyFailpoints, CopyProducer } from "#lib/adapters/kafka/copy/copy-port.ts";
import { openCopyProducer } from "#lib/adapters/kafka/copy/copy-producer.ts";
import { countAborted, countUnledgered } from "#lib/adapters/kafka/copy/count-aborted.ts";
import { ensureLedger, ledgerOffset, ledgerRefusal, readLedger } from "#lib/adapters/kafka/copy/ledger.ts";
import { makeTopic, topicRefusal } from "#lib/adapters/kafka/copy/make-topic.ts";
import { mayTransact } from "#lib/adapters/kafka/copy/may-transact.ts";
import { openPlainProducer } from "#lib/adapters/kafka/copy/plain-producer.ts";
import { RangeReader } from "#lib/adapters/kafka/copy/range-reader.ts";
import { readAt } from "#lib/adapters/kafka/copy/read-at.ts";
import { standingOf } from "#lib/adapters/kafka/copy/standing.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";

/** How a {@link CopyCluster} is made. */
interface CopyClusterOptions {
  /** Refuses to write. */
  readonly readOnly: boolean;
  /** Epoch ms. */
  readonly now: () => number;
  readonly failpoints: CopyFailpoints | undefined;
}

/**
 * makeCopyCluster makes a {@link CopyCluster}. `open` is called once for the first read, and once a producer: the
 * transactions of two jobs do not wait for each other's answers. What writes throws KafkaError `read_only` on a
 * read-only cluster.
 */
export function makeCopyCluster(open: () => ClusterLinks, options: CopyClusterOptions): CopyCluster {
  return new Copies(open, options);
}

class Copies implements CopyCluster {
  readonly #open: () => ClusterLinks;
  readonly #options: CopyClusterOptions;
  readonly #producers = new Set<CopyProducer>();
  #reading: { links: ClusterLinks; ranges: RangeReader } | null = null;

  constructor(open: () => ClusterLinks, options: CopyClusterOptions) {
    this.#open = open;
    this.#options = options;
  }

  readonly readAt: CopyCluster["readAt"] = (places, signal) => readAt(this.#links(), places, signal);

  readonly readRange: CopyCluster["readRange"] = (range, options) => this.#own().ranges.read(range, options);

  readonly standing: CopyCluster["standing"] = (topics, signal) => standingOf(this.#links(), topics, signal);

  readonly topicRefusal: CopyCluster["topicRefusal"] = (topic, signal) =>
    topicRefusal(this.#links(), topic, signal);

  readonly makeTopic: CopyCluster["makeTopic"] = async (topic, signal) => {
    this.#writable();
    await makeTopic(this.#links(), topic, signal);
  };

  readonly ensureLedger: CopyCluster["ensureLedger"] = async (signal) => {
    this.#writable();
    return ensureLedger(this.#links(), signal);
  };

  readonly ledgerRefusal: CopyCluster["ledgerRefusal"] = (signal) => ledgerRefusal(this.#links(), signal);

  readonly ledgerEnd: CopyCluster["ledgerEnd"] = (partition, signal) =>
    ledgerOffset(this.#links(), { which: "end", partition }, signal);

  readonly readLedger: CopyCluster["readLedger"] = (asked, signal) =>
    readLedger(this.#links(), asked, { signal, failpoints: this.#options.failpoints });

  readonly countAborted: CopyCluster["countAborted"] = (asked, signal) =>
    countAborted(this.#links(), asked, signal);

  readonly countUnledgered: CopyCluster["countUnledgered"] = (asked, signal) =>
    countUnledgered(this.#links(), asked, signal);

  readonly mayTransact: CopyCluster["mayTransact"] = async (job, signal) => {
    this.#writable();
    return mayTransact(this.#links(), job, signal);
  };

  readonly openProducer: CopyCluster["openProducer"] = async (job, signal, options = {}) => {
    this.#writable();
    const { now, failpoints } = this.#options;
    const { planned = [], delivery = "exactly-once" } = options;
    const open = delivery === "exactly-once" ? openCopyProducer : openPlainProducer;
    const producer = await open(this.#open(), { job, planned, now, failpoints }, signal);
    this.#producers.add(producer);
    return {
      send: (transaction, until) => producer.send(transaction, until),
      close: async () => {
        this.#producers.delete(producer);
        await producer.close();
      },
    };
  };

  async close(): Promise<void> {
    await Promise.all([...this.#producers].map((each) => each.close()));
    await this.#reading?.links.close();
  }

  #own(): { links: ClusterLinks; ranges: RangeReader } {
    if (this.#reading === null) {
      const links = this.#open();
      this.#reading = { links, ranges: new RangeReader(links) };
    }
    return this.#reading;
  }

  #links(): ClusterLinks {
    return this.#own().links;
  }

  #writable(): void {
    if (this.#options.readOnly)
      throw new KafkaError("read_only", "The configuration makes this cluster read-only.");
  }
}
