import { AppError } from "#lib/services/app-error.ts";
import type { ClusterConfig } from "#lib/services/ctx.ts";

/** refuseReadOnly throws AppError `cluster_read_only` for a cluster that the config makes read-only. */
export function refuseReadOnly({ id, readOnly }: ClusterConfig): void {
  if (!readOnly) return;
  throw new AppError("cluster_read_only", `The configuration makes the cluster ${id} read-only.`, {
    details: { cluster: id },
  });
}
