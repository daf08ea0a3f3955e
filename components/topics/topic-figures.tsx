"use client";

import { Quantity } from "#components/ui/quantity.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { StatRow } from "#components/ui/stat-row.tsx";
import { Stat } from "#components/ui/stat.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import type { TopicDetail } from "#lib/domain/topics/topic.ts";

import { retentionShort } from "./retention-words.ts";

/** The figures of a topic: written, records, size, partitions, retention. Skeletons of the same size while loading. */
export function TopicFigures({ topic }: { topic: TopicDetail | undefined }) {
  const waiting = <Skeleton className="my-1 h-5 w-20" />;
  return (
    <StatRow>
      <Stat
        label="Written"
        meta="over the last minute"
        value={
          topic ? (
            <Quantity
              kind="rate"
              value={topic.produceRate}
              live
              reason="Two sweeps are needed to know a rate."
            />
          ) : (
            waiting
          )
        }
      />
      <Stat
        label="Records, at most"
        meta="end minus start"
        value={
          topic ? <Quantity value={topic.recordsAtMost} live reason="No end offset was read yet." /> : waiting
        }
      />
      <Stat
        label="Size"
        meta="all replicas"
        value={
          topic ? (
            <Quantity kind="bytes" value={topic.sizeBytes} reason="The brokers did not tell a size yet." />
          ) : (
            waiting
          )
        }
      />
      <Stat
        label="Partitions"
        meta={
          topic ? `${topic.replicationFactor} replica${topic.replicationFactor === 1 ? "" : "s"} each` : " "
        }
        value={topic ? <Quantity value={topic.partitionCount} /> : waiting}
      />
      <Stat
        label="Kept"
        meta={topic ? `policy ${topic.cleanupPolicy ?? "not known yet"}` : " "}
        value={topic ? <Kept topic={topic} /> : waiting}
      />
    </StatRow>
  );
}

function Kept({ topic }: { topic: TopicDetail }) {
  return retentionShort(topic) ?? <UnknownDash reason="The topic's configs were not read yet." />;
}
