import { Duration } from "#components/ui/duration.tsx";
import { Link } from "#components/ui/link.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { GroupDetail, GroupPartition } from "#lib/domain/groups/group.ts";

import { NO_TIME_LAG } from "./group-numbers.ts";
import { PartitionLagCell } from "./partition-lag-cell.tsx";
import { orderPartitions, partitionId } from "./partition-order.ts";
import { partitionState } from "./partition-state.ts";

interface WorstPartitionsProps {
  cluster: string;
  group: GroupDetail;
}

const MOST = 8;

/** The partitions of a group that are worst off, eight at most, and the way to all of them. */
export function WorstPartitions({ cluster, group }: WorstPartitionsProps) {
  const worst = orderPartitions(group.partitions, "trouble", "asc").slice(0, MOST);
  if (worst.length === 0) return null;
  return (
    <section>
      <h3 className="mb-1 text-sm font-semibold">Worst partitions</h3>
      <table className="w-full table-fixed text-sm" aria-label="Worst partitions">
        <thead className="text-muted text-left text-xs">
          <tr>
            <th scope="col" className="h-7 font-medium">
              Topic, partition
            </th>
            <th scope="col" className="w-28 font-medium">
              Verdict
            </th>
            <th scope="col" className="w-24 text-right font-medium">
              Lag
            </th>
            <th scope="col" className="w-24 text-right font-medium">
              Time lag
            </th>
          </tr>
        </thead>
        <tbody>
          {worst.map((row) => (
            <tr key={partitionId(row)} className="border-line h-8 border-t">
              <td className="truncate pr-2" title={`${row.topic} ${row.partition}`}>
                {row.topic} <span className="tabular font-semibold">{row.partition}</span>
              </td>
              <td>
                <PartitionTag row={row} />
              </td>
              <td className="tabular text-right">
                <PartitionLagCell lag={row.lag} />
              </td>
              <td className="tabular text-right">
                <Duration ms={row.timeLagMs} reason={NO_TIME_LAG} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {group.partitions.length > worst.length && (
        <Link
          href={paths.group(cluster, group.id)}
          className="link-quiet text-muted mt-2 inline-block text-xs"
        >
          All {group.partitions.length} partitions
        </Link>
      )}
    </section>
  );
}

function PartitionTag({ row }: { row: GroupPartition }) {
  const { tone, word, why } = partitionState(row);
  return <StateTag tone={tone} word={word} hint={why} />;
}
