import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";
import { hashOf } from "#lib/services/hash-of.ts";

/** hashPlan is the sha256, hex, of what a reset would do. */
export function hashPlan({ target, scope, plan }: Pick<OffsetReset, "target" | "scope" | "plan">): string {
  return hashOf({ target, scope, plan });
}
