import { metadataV12, type API } from "@platformatic/kafka";
import { openBrokerLink, type BrokerLink, type LinkOptions } from "#lib/adapters/kafka/broker-link.ts";
import { KafkaError, toKafkaError } from "#lib/adapters/kafka/errors.ts";

/** The cluster's metadata as Kafka answers it. */
export type Metadata = Awaited<ReturnType<typeof metadataV12.api.async>>;

/** ClusterLinks finds the brokers of one cluster and keeps one {@link BrokerLink} to each. */
export interface ClusterLinks {
  /** Requests sent so far over all links. */
  readonly requests: number;
  /** The brokers of the last metadata, by id. */
  brokers(): ReadonlyMap<number, BrokerLink>;
  /** Asks the first broker that answers; `topics` null is all of them. Throws when none answers. */
  metadata(topics: readonly string[] | null, signal: AbortSignal): Promise<Metadata>;
  /** Forgets the brokers, so that the next metadata comes from the configured addresses. */
  forget(): void;
  close(): Promise<void>;
}

/** openClusterLinks makes links from the configured addresses; it connects at the first call. */
export function openClusterLinks(bootstrap: readonly string[], options: LinkOptions): ClusterLinks {
  return new Links(bootstrap, options);
}

class Links implements ClusterLinks {
  readonly #bootstrap: readonly string[];
  readonly #options: LinkOptions;
  readonly #links = new Map<string, BrokerLink>();
  #byId = new Map<number, BrokerLink>();
  #closedRequests = 0;

  constructor(bootstrap: readonly string[], options: LinkOptions) {
    this.#bootstrap = bootstrap;
    this.#options = options;
  }

  get requests(): number {
    return this.#closedRequests + [...this.#links.values()].reduce((sum, link) => sum + link.requests, 0);
  }

  brokers(): ReadonlyMap<number, BrokerLink> {
    return this.#byId;
  }

  async metadata(topics: readonly string[] | null, signal: AbortSignal): Promise<Metadata> {
    const configured = this.#bootstrap.map((each) => this.#linkTo(...splitAddress(each)));
    const errors: KafkaError[] = [];
    for (const link of new Set([...this.#byId.values(), ...configured])) {
      try {
        if (!(await link.speaks(metadataV12.api.key, metadataV12.api.version, signal)))
          throw tooOld(link.address);
        const asked = topics === null ? null : [...topics];
        const metadata = await link.call(metadataV12.api, [asked, false, false], signal);
        this.#byId = new Map(
          metadata.brokers.map(({ nodeId, host, port }) => [nodeId, this.#linkTo(host, port)]),
        );
        this.#prune(new Set([...this.#byId.values(), ...configured]));
        return metadata;
      } catch (error) {
        signal.throwIfAborted();
        errors.push(toKafkaError(error, link.address));
      }
    }
    this.#byId = new Map();
    throw worst(errors);
  }

  forget(): void {
    this.#byId = new Map();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }

  #linkTo(host: string, port: number): BrokerLink {
    const key = `${host}:${port}`;
    const found = this.#links.get(key) ?? openBrokerLink(host, port, this.#options);
    this.#links.set(key, found);
    return found;
  }

  /** Closes links that neither the config nor the metadata names any more. */
  #prune(wanted: ReadonlySet<BrokerLink>): void {
    for (const [key, link] of this.#links) {
      if (wanted.has(link)) continue;
      this.#links.delete(key);
      this.#closedRequests += link.requests;
      void link.close();
    }
  }
}

/** What several brokers failed with is told by the failure that a change of the config would mend. */
function worst(errors: readonly KafkaError[]): KafkaError {
  const order = ["authentication_failed", "authorization_failed", "garbage", "unreachable", "timeout"];
  const ranked = [...errors].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return (
    ranked.find((each) => order.includes(each.kind)) ??
    errors[0] ??
    new KafkaError("unreachable", "No broker is configured.")
  );
}

const tooOld = (address: string): KafkaError =>
  new KafkaError("garbage", `${address}: the broker is older than Kafka 3.0, which Sluice cannot read.`);

function splitAddress(address: string): [string, number] {
  const cut = address.lastIndexOf(":");
  return [address.slice(0, cut).replace(/^\[|\]$/g, ""), Number(address.slice(cut + 1))];
}

/** speakNewest calls the newest of `versions` (newest first) that the broker of `link` speaks. */
export async function speakNewest<Args extends unknown[], Answer>(
  link: BrokerLink,
  versions: readonly API<Args, Answer>[],
  { args, signal }: { args: Args; signal: AbortSignal },
): Promise<Answer> {
  for (const api of versions) {
    if (await link.speaks(api.key, api.version, signal)) return link.call(api, args, signal);
  }
  throw tooOld(link.address);
}
