import { join } from "node:path";
import { SHOP_PARTS, type ShopPart } from "#demo/parts.ts";
import type { ShopEnvironments } from "#demo/setup.ts";
import { freePort } from "#stack/ports.ts";
import type { DemoHome } from "./home.ts";
import { checkoutRoot } from "./options.ts";
import type { Part } from "./part.ts";
import { answersOk, processPart } from "./process-part.ts";

const HEALTHY_LIMIT_MS = 60_000;
const STOP_GRACE_MS = 15_000;

/** The services of the shop, each one process with the environment that its set-up returned. */
export function shopParts(home: DemoHome, environments: ShopEnvironments, signal: AbortSignal): Part[] {
  return SHOP_PARTS.map((name) => shopPart(name, { home, env: environments[name], signal }));
}

const shopPart = (
  name: ShopPart,
  { home, env, signal }: { home: DemoHome; env: Record<string, string>; signal: AbortSignal },
): Part =>
  processPart({
    name,
    home,
    args: [join(checkoutRoot(), "demo", "services", name, "main.ts")],
    env: async () => ({ ...env, PORT: String(await freePort()) }),
    isHealthy: ({ PORT = "" }) => answersOk(`http://127.0.0.1:${PORT}/health`),
    healthyLimitMs: HEALTHY_LIMIT_MS,
    stopGraceMs: STOP_GRACE_MS,
    signal,
  });
