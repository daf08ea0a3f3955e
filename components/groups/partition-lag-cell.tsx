import { formatCount } from "#components/ui/format-quantity.ts";
import { Quantity } from "#components/ui/quantity.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import type { PartitionLag } from "#lib/domain/groups/group.ts";

import { lagRecords, markerWords } from "./partition-order.ts";

interface PartitionLagCellProps {
  lag: PartitionLag;
}

/** The lag of one partition in records; where it is no plain number, the word for what it is. */
export function PartitionLagCell({ lag }: PartitionLagCellProps) {
  switch (lag.state) {
    case "uncommitted":
      return <Word word="no commit" why="The group has no commit on this partition." />;
    case "beyond-end":
      return <Word word="past the end" why="The commit lies past the end of the partition." />;
    case "orphaned":
      return <Word word="orphaned" why="The topic or the partition is gone; its commit remains." />;
    case "marker-tail":
      return (
        <Tooltip content="Every record is read: what is left are transaction markers and aborted records, which nobody commits.">
          <span className="tabular">
            0 <span className="text-muted">({markerWords(lag.markers)})</span>
          </span>
        </Tooltip>
      );
    case "lost":
      return (
        <Quantity
          value={lag.lag}
          hint={`${formatCount(lag.lost)} records below the start offset are gone unread and counted in it.`}
          live
        />
      );
    case "known":
      return <Quantity value={lag.lag} live />;
    case "unknown":
      return <Quantity value={lagRecords(lag)} reason={lag.reason} />;
  }
}

function Word({ word, why }: { word: string; why: string }) {
  return (
    <Tooltip content={why}>
      <span className="text-muted text-xs">{word}</span>
    </Tooltip>
  );
}
