import { Badge } from "#components/ui/badge.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { Link } from "#components/ui/link.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { TopicRow } from "#lib/domain/topics/topic.ts";

import { retentionShort } from "./retention-words.ts";
import { TOPIC_ROLE_HINT, TOPIC_ROLE_WORD } from "./topic-role-words.ts";

const RECORDS_HINT =
  "End offset minus start offset over all partitions. At most: compacted topics and transactions hold fewer records.";
const RATE_HINT = "Records written a second, from the end offsets of the last minute.";

/** Nothing is quieter than something. */
const quiet = (value: number | null): string => (value === 0 ? "text-muted" : "");

/** The columns of the list of topics; ids of sortable columns are those of TOPIC_SORTS. */
export function topicColumns(cluster: string): Column<TopicRow>[] {
  return [
    {
      id: "name",
      header: "Topic",
      sortable: true,
      cell: (row) => <TopicName cluster={cluster} topic={row} />,
    },
    {
      id: "rate",
      header: "Written",
      hint: RATE_HINT,
      align: "right",
      width: "80px",
      sortable: true,
      cell: (row) => (
        <Quantity
          kind="rate"
          value={row.produceRate}
          className={quiet(row.produceRate)}
          live
          reason="Two sweeps are needed to know a rate."
        />
      ),
    },
    {
      id: "records",
      header: "Records",
      hint: RECORDS_HINT,
      align: "right",
      width: "96px",
      sortable: true,
      cell: (row) => (
        <Quantity
          value={row.recordsAtMost}
          className={quiet(row.recordsAtMost)}
          live
          reason="No end offset was read yet."
        />
      ),
    },
    {
      id: "size",
      header: "Size",
      hint: "Bytes of all replicas of all partitions, as the brokers' log directories say.",
      align: "right",
      width: "84px",
      sortable: true,
      cell: (row) => (
        <Quantity
          kind="bytes"
          value={row.sizeBytes}
          className={quiet(row.sizeBytes)}
          reason="The brokers did not tell a size yet."
        />
      ),
    },
    {
      id: "partitions",
      header: "Partitions",
      hint: "Partitions, and how many replicas each has.",
      align: "right",
      width: "96px",
      sortable: true,
      cell: (row) => (
        <>
          <Quantity value={row.partitionCount} />
          <span className="text-muted"> × {row.replicationFactor}</span>
        </>
      ),
    },
    {
      id: "groups",
      header: "Groups",
      hint: "Groups with a commit or a member on the topic.",
      align: "right",
      width: "76px",
      sortable: true,
      cell: (row) => <Quantity value={row.groupCount} className={quiet(row.groupCount)} />,
    },
    { id: "retention", header: "Kept", width: "112px", cell: (row) => <Retention topic={row} /> },
  ];
}

function TopicName({ cluster, topic }: { cluster: string; topic: TopicRow }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Link
        href={paths.topic(cluster, topic.name)}
        className="link-quiet min-w-0 truncate font-medium"
        title={topic.name}
      >
        {topic.name}
      </Link>
      {topic.role !== "base" && (
        <Tooltip content={TOPIC_ROLE_HINT[topic.role]}>
          <span className="hidden shrink-0 xl:inline">
            <Badge>{TOPIC_ROLE_WORD[topic.role]}</Badge>
          </span>
        </Tooltip>
      )}
    </span>
  );
}

function Retention({ topic }: { topic: TopicRow }) {
  const words = retentionShort(topic);
  if (words === null) return <UnknownDash reason="The topic's configs were not read yet." />;
  return <span className="text-muted">{words}</span>;
}
