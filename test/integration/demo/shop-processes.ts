import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SHOP_PARTS, type ShopPart } from "#demo/parts.ts";
import type { ShopEnvironments } from "#demo/setup.ts";
import { startProcess, type ProcessHandle } from "#stack/processes.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const READY_LIMIT_MS = 45_000;

/** A shop that runs as its processes. */
export interface RunningShop {
  readonly parts: Readonly<Record<ShopPart, ProcessHandle>>;
  /** The answer to GET /health of a part. */
  health(part: ShopPart): Promise<Record<string, unknown>>;
  /** What a part wrote on stdout and stderr. */
  log(part: ShopPart): Promise<string>;
  stop(): Promise<void>;
}

/** Starts all parts at once and waits until each consumes. */
export async function startShop(options: {
  environments: ShopEnvironments;
  ordersPerSecond: number;
}): Promise<RunningShop> {
  const dir = await mkdtemp(join(tmpdir(), "sluice-shop-"));
  const logFile = (part: ShopPart): string => join(dir, `${part}.log`);
  const log = (part: ShopPart): Promise<string> => readFile(logFile(part), "utf8");
  const portOf = async (part: ShopPart): Promise<string | undefined> =>
    /^\{"ready":true,"port":(\d+)\}$/m.exec(await log(part))?.[1];
  const start = (part: ShopPart): Promise<ProcessHandle> =>
    startProcess({
      name: part,
      command: process.execPath,
      args: ["--disable-warning=TimeoutNegativeWarning", join(ROOT, "demo", "services", part, "main.ts")],
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        SHOP_ORDERS_PER_SECOND: String(options.ordersPerSecond),
        ...options.environments[part],
      },
      logFile: logFile(part),
      ready: { check: async () => (await portOf(part)) !== undefined, limitMs: READY_LIMIT_MS },
    });
  const handles = await Promise.all(SHOP_PARTS.map(async (part) => [part, await start(part)] as const));
  const parts = Object.fromEntries(handles) as Record<ShopPart, ProcessHandle>;
  return {
    parts,
    log,
    health: async (part) => {
      const answer = await fetch(`http://127.0.0.1:${await portOf(part)}/health`);
      return (await answer.json()) as Record<string, unknown>;
    },
    stop: async () => {
      await Promise.all(Object.values(parts).map((part) => part.stop()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}
