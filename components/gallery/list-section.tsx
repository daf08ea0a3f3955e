"use client";

import { Layers } from "lucide-react";
import { useState } from "react";

import { Sparkline } from "#components/charts/sparkline.tsx";
import { Button } from "#components/ui/button.tsx";
import type { Column, SortState } from "#components/ui/data-table-column.ts";
import { DataTable } from "#components/ui/data-table.tsx";
import { Duration } from "#components/ui/duration.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { LoadMore } from "#components/ui/load-more.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import type { TableFile } from "#components/ui/table-file.ts";
import { TileFilter } from "#components/ui/tile-filter.tsx";

import { GallerySection } from "./gallery-section.tsx";
import { sampleGroups, type SampleGroup } from "./sample-data.ts";

const COLUMNS: readonly Column<SampleGroup>[] = [
  {
    id: "id",
    header: "group",
    cell: (row) => (
      <a className="link-quiet font-medium" href="#top">
        {row.id}
      </a>
    ),
    sortable: true,
  },
  {
    id: "verdict",
    header: "verdict",
    width: "150px",
    cell: (row) => <StateTag tone={row.tone} word={row.word} hint="No commit moved for 4 m 12 s." />,
  },
  {
    id: "lag",
    header: "lag",
    hint: "Records between the commits and the ends",
    align: "right",
    width: "110px",
    sortable: true,
    cell: (row) => <Quantity value={row.lag} live reason="The group never committed." />,
  },
  {
    id: "timeLag",
    header: "time lag",
    align: "right",
    width: "110px",
    sortable: true,
    cell: (row) => <Duration ms={row.timeLagMs} />,
  },
  {
    id: "drains",
    header: "drains in",
    align: "right",
    width: "110px",
    cell: (row) => <Duration ms={row.drainsInMs} reason="It does not shrink." />,
  },
  {
    id: "rate",
    header: "read/s",
    align: "right",
    width: "90px",
    cell: (row) => <Quantity value={row.rate} kind="rate" />,
  },
  {
    id: "members",
    header: "members",
    align: "right",
    width: "90px",
    cell: (row) => <Quantity value={row.members} />,
  },
  {
    id: "spark",
    header: "last hour",
    align: "right",
    width: "124px",
    cell: (row) => <Sparkline label={`lag of ${row.id}, last hour`} values={row.spark} tone={row.tone} />,
  },
];

const FILE: TableFile<SampleGroup> = {
  name: ["sample-groups"],
  columns: [
    { name: "group", value: (row) => row.id },
    { name: "lag_records", value: (row) => row.lag },
  ],
};

const FRAME = "border-line bg-raised overflow-hidden rounded border";

/** Lists in each of their states. */
export function ListSection() {
  const [sort, setSort] = useState<SortState>({ column: "lag", order: "desc" });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(["inventory"]));
  const [opened, setOpened] = useState("");
  const [text, setText] = useState("");
  const [tile, setTile] = useState("all");
  const shared = {
    columns: COLUMNS,
    rowKey: (row: SampleGroup) => row.id,
    sort,
    onSortChange: setSort,
    empty: null,
    file: FILE,
  };
  const open = (row: SampleGroup) => {
    setOpened(row.id);
  };
  return (
    <GallerySection title="Lists">
      <div className="flex items-center gap-3">
        <SearchInput label="Filter groups by name or topic" value={text} onValueChange={setText} />
        <TileFilter
          label="Groups by state"
          value={tile}
          onValueChange={setTile}
          tiles={[
            { id: "all", label: "all", count: 41 },
            { id: "critical", label: "critical", count: 1, tone: "critical" },
            { id: "warning", label: "warning", count: 2, tone: "warning" },
            { id: "ok", label: "quiet", count: 1_032, tone: "ok" },
            { id: "empty", label: "empty", count: 0, tone: "notice" },
            { id: "later", label: "loading", count: undefined },
          ]}
        />
      </div>
      <div className={FRAME}>
        <DataTable
          {...shared}
          primary
          label="Sample groups"
          rows={sampleGroups(7)}
          selection={{ selected, onChange: setSelected }}
          look={{ tone: (row) => row.tone, openKey: opened }}
          onOpen={open}
          footer={<LoadMore shown={7} noun="groups" more busy={false} onMore={() => undefined} />}
        />
      </div>
      <div className={FRAME}>
        <DataTable
          {...shared}
          label="Many groups"
          rows={sampleGroups(2_000)}
          onOpen={open}
          maxHeight="260px"
          look={{ tone: (row) => row.tone }}
        />
      </div>
      <div className={FRAME}>
        <DataTable {...shared} label="Loading groups" rows={undefined} skeletonRows={4} />
      </div>
      <div className="grid grid-cols-2 gap-4">
        <div className={FRAME}>
          <DataTable
            {...shared}
            columns={COLUMNS.slice(0, 3)}
            label="No groups"
            rows={[]}
            empty={
              <EmptyState
                icon={Layers}
                title="No consumer groups yet"
                why="A group appears here with its first member or its first commit. Nothing has read from this cluster."
                next={<Button size="sm">See how a service connects</Button>}
              />
            }
          />
        </div>
        <div className={FRAME}>
          <DataTable
            {...shared}
            columns={COLUMNS.slice(0, 3)}
            label="Failed groups"
            rows={undefined}
            error={
              <ErrorState
                title="The groups of staging could not be had."
                detail="The cluster does not answer."
                next="See that the brokers run."
                requestId="0192f4c8-77aa-7c10"
                onRetry={() => undefined}
              />
            }
          />
        </div>
      </div>
      <ErrorState
        look="inline"
        title="These groups are old."
        detail="The last read failed."
        requestId="0192f4c8-77aa"
        onRetry={() => undefined}
      />
    </GallerySection>
  );
}
