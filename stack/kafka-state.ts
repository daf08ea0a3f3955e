import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "./ports.ts";

/** What a broker keeps from start to start beside its data: its identity, its ports and its one user. */
export type KafkaState = {
  clusterId: string;
  port: number;
  controllerPort: number;
  saslPort: number;
  username: string;
  password: string;
};

const readState = async (path: string): Promise<KafkaState | undefined> => {
  try {
    return JSON.parse(await readFile(path, "utf8")) as KafkaState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
};

/** A cluster id as Kafka makes them: 16 random bytes in base64url that do not begin with a dash. */
const newClusterId = (): string => {
  const id = randomBytes(16).toString("base64url");
  return id.startsWith("-") ? newClusterId() : id;
};

/**
 * The broker's state from its folder, or a new one; ports that someone has taken since are replaced. Written back with
 * mode 0600, since it holds the password.
 */
export async function loadKafkaState(dir: string, preferredPort: number | undefined): Promise<KafkaState> {
  const path = join(dir, "broker.json");
  const kept = await readState(path);
  const port = await freePort(preferredPort ?? kept?.port);
  const controllerPort = await distinctPort(kept?.controllerPort, [port]);
  const saslPort = await distinctPort(kept?.saslPort, [port, controllerPort]);
  const state: KafkaState = {
    clusterId: kept?.clusterId ?? newClusterId(),
    port,
    controllerPort,
    saslPort,
    username: kept?.username ?? "sluice",
    password: kept?.password ?? randomBytes(18).toString("hex"),
  };
  await writeFile(path, JSON.stringify(state, null, 2), { mode: 0o600 });
  return state;
}

const distinctPort = async (preferred: number | undefined, taken: readonly number[]): Promise<number> => {
  const port = await freePort(preferred !== undefined && taken.includes(preferred) ? undefined : preferred);
  return taken.includes(port) ? distinctPort(undefined, taken) : port;
};
