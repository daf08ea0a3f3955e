import { poll } from "#stack/poll.ts";
import { DEMO_CLUSTER } from "./console-parts.ts";

/** Where to look, and for what. */
export type FirstSampleOptions = {
  url: string;
  apiToken: string;
  /** False without the shop: then a sampled cluster is enough. */
  expectGroups: boolean;
  signal: AbortSignal;
};

const LIMIT_MS = 90_000;

/** Waits until the console's API answers with a stored lag sample. Throws when there is none within 90 s. */
export async function awaitFirstSample(options: FirstSampleOptions): Promise<void> {
  let seen = "nothing";
  const found = await poll(
    async () => {
      const answer = options.expectGroups ? await ask(options, "/groups") : await ask(options, "");
      seen = answer.seen;
      return options.expectGroups ? hasGroup(answer.body) : isSampled(answer.body);
    },
    { limitMs: LIMIT_MS, everyMs: 500, signal: options.signal },
  );
  if (!found) throw new Error(`no lag sample within ${LIMIT_MS / 1000} s: the console answered ${seen}`);
}

const ask = async (
  { url, apiToken, signal }: FirstSampleOptions,
  path: string,
): Promise<{ body: unknown; seen: string }> => {
  const response = await fetch(`${url}/api/v1/clusters/${DEMO_CLUSTER}${path}`, {
    headers: { authorization: `Bearer ${apiToken}` },
    signal,
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  return { body: isJson ? (JSON.parse(text) as unknown) : undefined, seen: `${response.status}` };
};

const hasGroup = (body: unknown): boolean => {
  const { items, observedAt } = (body ?? {}) as { items?: unknown; observedAt?: unknown };
  return Array.isArray(items) && items.length > 0 && typeof observedAt === "string";
};

const isSampled = (body: unknown): boolean => {
  const { cluster } = (body ?? {}) as { cluster?: { sampling?: { state?: unknown } } };
  return cluster?.sampling?.state === "live";
};
