"use client";

import { useRouter } from "next/navigation";

import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { useWide } from "#components/ui/use-wide.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { ListedDeadLetter } from "#lib/domain/jobs/dead-letter-copies.ts";

import { deadLetterColumns } from "./dead-letter-columns.tsx";
import { DEAD_LETTER_FILE } from "./dead-letter-files.ts";

interface SameKeyListProps {
  cluster: string;
  /** Newest first, at most twenty. */
  rows: readonly ListedDeadLetter[];
}

/** Other dead letters of the same key: what was about the same thing failed as well. */
export function SameKeyList({ cluster, rows }: SameKeyListProps) {
  const router = useRouter();
  const wide = useWide();
  if (rows.length === 0) return null;
  return (
    <Panel title="Others of the same key" meta="newest first, at most twenty" flush>
      <DataTable
        label="Dead letters of the same key"
        columns={deadLetterColumns(cluster, wide)}
        rows={rows}
        rowKey={(row) => row.id}
        onOpen={(row) => {
          router.push(paths.deadLetter(cluster, row.id));
        }}
        primary
        file={{ name: [cluster, "dead-letters", "same-key"], columns: DEAD_LETTER_FILE }}
        empty={<EmptyState title="No other dead letter has this key" why="It failed alone." />}
      />
    </Panel>
  );
}
