"use client";

import { UsersRound } from "lucide-react";
import { useRouter } from "next/navigation";

import type { Column } from "#components/ui/data-table-column.ts";
import { DataTable } from "#components/ui/data-table.tsx";
import { Duration } from "#components/ui/duration.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { paths } from "#lib/contracts/paths.ts";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";
import type { TopicReader } from "#lib/domain/topics/topic.ts";

import { TOPIC_READER_FILE } from "./topic-files.ts";
import { byTrouble } from "./topic-verdict.ts";

function columns(cluster: string): Column<TopicReader>[] {
  return [
    {
      id: "group",
      header: "Group",
      cell: (row) => (
        <Link href={paths.group(cluster, row.group)} className="link-quiet font-medium" title={row.group}>
          {row.group === "" ? "(empty id)" : row.group}
        </Link>
      ),
    },
    {
      id: "verdict",
      header: "Verdict",
      hint: "The verdict of the whole group, over all its topics.",
      width: "116px",
      cell: (row) => {
        const { tone, word, meaning } = VERDICT_WORDS[row.verdict];
        return <StateTag tone={tone} word={word} hint={row.reason === "" ? meaning : row.reason} />;
      },
    },
    {
      id: "lag",
      header: "Behind here",
      hint: "End offset minus committed offset, records, over this topic's partitions.",
      align: "right",
      width: "104px",
      cell: (row) => (
        <Quantity value={row.lag} live reason="The group has no commit here, or no sweep read it yet." />
      ),
    },
    {
      id: "timeLag",
      header: "Time lag",
      hint: "The greatest age, over this topic's partitions, of the record the group reads next.",
      align: "right",
      width: "84px",
      cell: (row) => (
        <Duration
          ms={row.timeLagMs}
          reason="The committed offset lies before the samples stored so far, or there is no commit here."
          live
        />
      ),
    },
    {
      id: "members",
      header: "Members",
      align: "right",
      width: "80px",
      cell: (row) => <Quantity value={row.memberCount} />,
    },
  ];
}

interface TopicReadersProps {
  cluster: string;
  topic: string;
  /** `undefined` while loading. */
  readers: readonly TopicReader[] | undefined;
  className?: string;
}

/** Who reads a topic and how far behind each is there, worst first; each row leads to its group. */
export function TopicReaders({ cluster, topic, readers, className }: TopicReadersProps) {
  const router = useRouter();
  return (
    <Panel
      title="Who reads it"
      meta="groups with a commit or a member here"
      flush
      {...(className && { className })}
    >
      <DataTable
        primary
        label={`Groups that read ${topic}`}
        columns={columns(cluster)}
        rows={readers && [...readers].sort(byTrouble)}
        rowKey={(row) => row.group}
        file={{ name: [cluster, topic, "readers"], columns: TOPIC_READER_FILE }}
        skeletonRows={3}
        look={{ tone: (row) => VERDICT_WORDS[row.verdict].tone }}
        onOpen={(row) => {
          router.push(paths.group(cluster, row.group));
        }}
        empty={
          <EmptyState
            icon={UsersRound}
            title="No group reads it"
            why="No consumer group has a commit or a member on this topic. Consumers that keep no commits cannot be seen."
          />
        }
      />
    </Panel>
  );
}
