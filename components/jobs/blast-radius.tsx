"use client";

import { Badge } from "#components/ui/badge.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import type { FileColumn } from "#components/ui/table-file.ts";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { AffectedGroup, JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { Job } from "#lib/domain/jobs/job.ts";

interface BlastRadiusProps {
  cluster: string;
  job: Pick<Job, "number">;
  plan: Pick<JobPlan, "groups">;
}

const BY_WORDS = {
  commits: "it has commits there",
  members: "its members read there",
  subscription: "its subscription matches the topic",
} as const;

const FILE: readonly FileColumn<AffectedGroup>[] = [
  { name: "group", value: (row) => row.group },
  { name: "topic", value: (row) => row.topic },
  { name: "role", value: (row) => row.role },
  { name: "known_by", value: (row) => row.by },
  { name: "lag_records", value: (row) => row.lag },
  { name: "isolation", value: (row) => row.isolation },
  { name: "deduplicates", value: (row) => row.dedups },
  { name: "effects", value: (row) => row.effects },
];

/** Every group that will see the records again, and what that means for it. */
export function BlastRadius({ cluster, job, plan }: BlastRadiusProps) {
  const rows = plan.groups.toSorted((a, b) => Number(a.role === "reader") - Number(b.role === "reader"));
  return (
    <Panel
      flush
      title="Who will see them again"
      meta="Consumers without commits, members or a subscription cannot be seen."
    >
      <DataTable
        label="Groups that will see the records again"
        columns={columnsOf(cluster, new Set(rows.map(({ topic }) => topic)).size > 1)}
        rows={rows}
        rowKey={(row) => `${row.group} ${row.topic}`}
        look={{ tone: (row) => (isRisky(row) ? "warning" : undefined) }}
        file={{ name: [cluster, `job-${job.number}`, "groups"], columns: FILE }}
        empty={
          <EmptyState
            title="No group is known to read there"
            why="The records are written and stay in the target; nobody is known to read them. Consumers without commits cannot be seen."
          />
        }
      />
    </Panel>
  );
}

/** A group that was not meant and would work twice, or act on the outside. */
function isRisky({ role, dedups, effects }: AffectedGroup): boolean {
  return role === "other" && (dedups !== "yes" || effects === "external");
}

function columnsOf(cluster: string, topics: boolean): readonly Column<AffectedGroup>[] {
  return [
    {
      id: "group",
      header: "Group",
      cell: ({ group, role, by }) => (
        <span className="flex min-w-0 items-center gap-2">
          <Link
            href={paths.group(cluster, group)}
            className="link-quiet truncate font-medium"
            title={BY_WORDS[by]}
          >
            {group === "" ? "(empty group id)" : group}
          </Link>
          {role === "reader" && <Badge tone="notice">meant</Badge>}
        </span>
      ),
    },
    ...(topics
      ? [
          {
            id: "topic",
            header: "Topic",
            width: "26%",
            cell: ({ topic }: AffectedGroup) => (
              <span className="block truncate" title={topic}>
                {topic}
              </span>
            ),
          },
        ]
      : []),
    {
      id: "lag",
      header: "Lag",
      width: "96px",
      align: "right",
      cell: ({ lag }) => <Quantity value={lag} reason="The group has no commit there." />,
    },
    {
      ...{ id: "isolation", header: "Reads", width: "120px" },
      hint: "Declared in the configuration; Kafka does not tell it.",
      cell: ({ isolation }) =>
        isolation === "unknown" ? (
          <UnknownDash reason="Not declared: no Kafka API tells whether it reads committed." />
        ) : (
          <span>{isolation === "read_committed" ? "committed" : "uncommitted"}</span>
        ),
    },
    {
      ...{ id: "dedups", header: "Deduplicates", width: "116px" },
      hint: "Whether the group has a table of processed events.",
      cell: ({ dedups }) =>
        dedups === "unknown" ? (
          <UnknownDash reason="No table of processed events is known for the group." />
        ) : (
          <StateTag tone={dedups === "yes" ? "ok" : "warning"} word={dedups} />
        ),
    },
    {
      ...{ id: "effects", header: "Effects", width: "104px" },
      hint: "Declared in the configuration.",
      cell: ({ effects }) =>
        effects === "unknown" ? (
          <UnknownDash reason="Not declared in the configuration." />
        ) : (
          <StateTag tone={effects === "pure" ? "ok" : "warning"} word={effects} />
        ),
    },
  ];
}
