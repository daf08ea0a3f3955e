import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "#test/support/until.ts";

/** Where the demo of the browser tests keeps its files; apart from a demo that somebody watches. */
export const DEMO_DIR = join(import.meta.dirname, "../../../.sluice/e2e");

/** What `demo.json` says once the demo is ready. */
export interface Demo {
  url: string;
  email: string;
  password: string;
  apiToken: string;
  kafkaBrokers: string;
  databaseUrl: string;
  controlUrl: string;
  pid: number;
}

/** readDemo reads the running demo's `demo.json`. */
export function readDemo(): Demo {
  return JSON.parse(readFileSync(join(DEMO_DIR, "demo.json"), "utf8")) as Demo;
}

const bearer = (demo: Demo) => ({ authorization: `Bearer ${demo.apiToken}` });

/** control calls the demo's control endpoint, e.g. `POST /parts/worker/kill`; a refusal throws. */
export async function control(path: string, body?: object): Promise<void> {
  const demo = readDemo();
  const response = await fetch(new URL(path, demo.controlUrl), {
    method: "POST",
    headers: { ...bearer(demo), "content-type": "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

/** api asks the console with the demo's API token and answers status and JSON. */
export async function api(path: string): Promise<{ status: number; json: Record<string, unknown> }> {
  const demo = readDemo();
  const response = await fetch(new URL(path, demo.url), { headers: bearer(demo) });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

/** The lag of one group as the API tells it now; null while unknown. */
export async function groupLag(group: string): Promise<number | null> {
  const { json } = await api(`/api/v1/clusters/demo/groups/${encodeURIComponent(group)}`);
  return typeof json["lag"] === "number" ? json["lag"] : null;
}

/** groupSettles waits until `group` has members and its samples are fresh. */
export async function groupSettles(group: string, limitMs: number): Promise<void> {
  await until(
    async () => {
      const { status, json } = await api(`/api/v1/clusters/demo/groups/${encodeURIComponent(group)}`);
      return status === 200 && json["state"] === "stable" && Number(json["memberCount"]) > 0;
    },
    { limitMs, everyMs: 500, what: `members of ${group}` },
  );
}
