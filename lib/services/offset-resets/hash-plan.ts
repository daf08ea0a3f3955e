import { createHash } from "node:crypto";
import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";

/** hashPlan is the sha256, hex, of what a reset would do; it does not depend on the order of keys. */
export function hashPlan(reset: Pick<OffsetReset, "target" | "scope" | "plan">): string {
  const { target, scope, plan } = reset;
  return createHash("sha256").update(canonical({ target, scope, plan })).digest("hex");
}

function canonical(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`);
  return `{${pairs.join()}}`;
}
