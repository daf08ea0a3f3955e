"use client";

import { useQuery } from "@tanstack/react-query";
import { Camera } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { LoadMore } from "#components/ui/load-more.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { query } from "#lib/client/query.ts";
import { usePages } from "#lib/client/use-pages.ts";
import { getMe } from "#lib/contracts/access.ts";
import { listOffsetResets, listOffsetSnapshots } from "#lib/contracts/offset-resets.ts";
import { paths } from "#lib/contracts/paths.ts";

import { CHANGE_FILE, changeColumns, SNAPSHOT_FILE, snapshotColumns } from "./change-columns.tsx";
import { SaveSnapshotDialog } from "./save-snapshot-dialog.tsx";

interface GroupChangesProps {
  cluster: string;
  group: string;
}

const PAGE = 50;

/** What was done to a group's offsets, newest first, and the snapshots it can be reset to. */
export function GroupChanges({ cluster, group }: GroupChangesProps) {
  return (
    <div className="flex flex-col gap-4">
      <ResetTable cluster={cluster} group={group} />
      <SnapshotTable cluster={cluster} group={group} />
    </div>
  );
}

function ResetTable({ cluster, group }: GroupChangesProps) {
  const router = useRouter();
  const { list: asked, rows } = usePages(
    listOffsetResets,
    { params: { cluster, group }, query: { limit: PAGE } },
    ({ id }) => id,
  );
  return (
    <div className="border-line bg-raised overflow-hidden rounded border">
      <DataTable
        label="Offset resets"
        columns={changeColumns(cluster)}
        rows={rows}
        rowKey={(row) => row.id}
        onOpen={(row) => router.push(paths.offsetReset(cluster, group, row.id))}
        skeletonRows={4}
        {...(asked.error && rows === undefined
          ? {
              error: (
                <ApiErrorState
                  error={asked.error}
                  what="The changes of the group"
                  retrying={asked.isFetching}
                  onRetry={() => void asked.refetch()}
                />
              ),
            }
          : {})}
        file={{ name: [cluster, group, "offset-resets"], columns: CHANGE_FILE }}
        empty={
          <EmptyState
            title="No offset reset yet"
            why="Plans, resets, undos and deletions of this group's commits stand here, with who did them and why."
          />
        }
        footer={
          asked.hasNextPage && (
            <LoadMore
              shown={rows?.length ?? 0}
              noun="resets"
              more
              busy={asked.isFetchingNextPage}
              onMore={() => void asked.fetchNextPage()}
            />
          )
        }
      />
    </div>
  );
}

function SnapshotTable({ cluster, group }: GroupChangesProps) {
  const [saving, setSaving] = useState(false);
  const me = useQuery(query(getMe, {}));
  const asked = useQuery(query(listOffsetSnapshots, { params: { cluster, group } }));
  const may = me.data?.permissions.includes("groups:operate") === true;
  return (
    <Panel
      flush
      title="Snapshots"
      meta="commits kept under a name, to reset to later"
      actions={
        may && (
          <Button
            size="sm"
            icon={Camera}
            onClick={() => {
              setSaving(true);
            }}
          >
            Save snapshot
          </Button>
        )
      }
    >
      <DataTable
        label="Snapshots of the commits"
        columns={snapshotColumns()}
        rows={asked.data?.items}
        rowKey={(row) => row.id}
        skeletonRows={2}
        {...(asked.error && asked.data === undefined
          ? {
              error: (
                <ApiErrorState
                  error={asked.error}
                  what="The snapshots"
                  onRetry={() => void asked.refetch()}
                />
              ),
            }
          : {})}
        file={{ name: [cluster, group, "offset-snapshots"], columns: SNAPSHOT_FILE }}
        empty={
          <EmptyState
            title="No snapshot yet"
            why="A snapshot keeps the commits of the group as they are, before a risky change for example."
          />
        }
      />
      {saving && (
        <SaveSnapshotDialog
          cluster={cluster}
          group={group}
          onClose={() => {
            setSaving(false);
          }}
        />
      )}
    </Panel>
  );
}
