import { Quantity } from "#components/ui/quantity.tsx";
import type { PartitionLag } from "#lib/domain/groups/group.ts";

import { lagRecords } from "./partition-order.ts";

interface PartitionLagCellProps {
  lag: PartitionLag;
}

/** The lag of one partition in records, or a dash that says why there is none to tell. */
export function PartitionLagCell({ lag }: PartitionLagCellProps) {
  return <Quantity value={lagRecords(lag)} reason={whyUnknown(lag)} live />;
}

function whyUnknown(lag: PartitionLag): string {
  switch (lag.state) {
    case "uncommitted":
      return "The group has no commit on this partition.";
    case "beyond-end":
      return "The commit lies past the end of the partition.";
    case "orphaned":
      return "The topic or the partition is gone.";
    case "unknown":
      return lag.reason;
    case "known":
    case "lost":
      return "It is known.";
  }
}
