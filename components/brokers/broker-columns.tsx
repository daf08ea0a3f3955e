import { Badge } from "#components/ui/badge.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { Quantity } from "#components/ui/quantity.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import type { BrokerRow } from "#lib/domain/brokers/broker.ts";

/** The columns of the list of brokers; `leaderTotal` is what the share of leaders is taken of. */
export function brokerColumns(leaderTotal: number): Column<BrokerRow>[] {
  return [
    {
      id: "id",
      header: "Broker",
      hint: "Its id, and where it tells clients to connect.",
      cell: (row) => <BrokerName broker={row} />,
    },
    { id: "state", header: "State", width: "208px", cell: (row) => <BrokerState broker={row} /> },
    {
      id: "rack",
      header: "Rack",
      width: "64px",
      cell: (row) => row.rack ?? <UnknownDash reason="The broker has no broker.rack." />,
    },
    {
      id: "leaders",
      header: "Leaders",
      hint: "Partitions that this broker leads, and its share of all.",
      align: "right",
      width: "100px",
      cell: (row) => (
        <>
          <Quantity value={row.leaderCount} />
          {leaderTotal > 0 && (
            <span className="text-muted inline-block w-12 text-xs">
              {Math.round((row.leaderCount / leaderTotal) * 100)} %
            </span>
          )}
        </>
      ),
    },
    {
      id: "replicas",
      header: "Replicas",
      hint: "Partitions with a replica on this broker, the led ones included.",
      align: "right",
      width: "76px",
      cell: (row) => <Quantity value={row.replicaCount} />,
    },
    {
      id: "under-replicated",
      header: "Under-repl.",
      hint: "Partitions led here whose in-sync replicas are fewer than their replicas.",
      align: "right",
      width: "88px",
      cell: (row) => (
        <Quantity
          value={row.underReplicatedCount}
          className={row.underReplicatedCount > 0 ? "text-warning font-medium" : "text-muted"}
        />
      ),
    },
    {
      id: "size",
      header: "Size",
      hint: "Bytes of all logs on this broker.",
      align: "right",
      width: "80px",
      cell: (row) => (
        <Quantity kind="bytes" value={row.sizeBytes} reason="The broker did not tell its size." />
      ),
    },
  ];
}

function BrokerName({ broker }: { broker: BrokerRow }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="font-medium">{broker.id}</span>
      <CopyId value={`${broker.host}:${broker.port}`} what="address" className="text-muted" />
    </span>
  );
}

function BrokerState({ broker }: { broker: BrokerRow }) {
  if (broker.missingSinceAt !== null) {
    return (
      <span className="flex items-center gap-1.5">
        <StateTag tone="critical" word="missing" hint="The cluster's metadata no longer names it." />
        <span className="text-muted text-xs">
          last seen <RelativeTime at={broker.missingSinceAt} />
        </span>
      </span>
    );
  }
  if (broker.underReplicatedCount > 0) {
    return (
      <StateTag tone="warning" word="under-replicated" hint="Some of its partitions miss in-sync replicas." />
    );
  }
  return (
    <span className="flex items-center gap-2">
      <StateTag tone="ok" word="in the cluster" hint="The cluster's metadata names it." />
      {broker.controller && (
        <Tooltip content="Names itself the controller in the metadata.">
          <span>
            <Badge>controller</Badge>
          </span>
        </Tooltip>
      )}
    </span>
  );
}
