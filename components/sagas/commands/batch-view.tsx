"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleStop } from "lucide-react";
import { useState } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { MissingPage } from "#components/ui/missing-page.tsx";
import { MetaLine } from "#components/ui/meta-line.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { query } from "#lib/client/query.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { paths } from "#lib/contracts/paths.ts";
import { getSagaCommands } from "#lib/contracts/saga-commands.ts";

import { BATCH_COLUMNS, BATCH_FILE } from "./batch-columns.tsx";
import { batchVerdict, leftOf, type Batch } from "./batch-verdict.ts";
import { CancelBatchDialog } from "./cancel-batch-dialog.tsx";
import { commandTitle } from "./command-words.ts";
import { useOperatorRefusal } from "./use-operator-refusal.ts";

/** How often the page asks by itself while something of a batch may still change, ms. */
const ASK_EVERY_MS = 1_000;

interface BatchViewProps {
  /** The id of the batch. */
  batch: string;
}

/** One command to many sagas: how far it is, and what became of each. */
export function BatchView({ batch: id }: BatchViewProps) {
  const asked = useQuery({
    ...query(getSagaCommands, { params: { batch: id } }),
    refetchInterval: ({ state }) =>
      state.data !== undefined && leftOf(state.data) > 0 ? ASK_EVERY_MS : false,
  });
  const error = useStandingError(asked);
  const batch = asked.data;
  const trail = [{ label: "Sagas", href: paths.sagas() }];
  if (error?.is("saga_batch_unknown") === true) return <BatchMissing trail={trail} />;
  const verdict = batch && batchVerdict(batch);
  const failure = error && (
    <ApiErrorState
      error={error}
      what="The batch"
      look={batch === undefined ? "block" : "inline"}
      retrying={asked.isFetching}
      onRetry={() => void asked.refetch()}
    />
  );
  return (
    <>
      <PageHeader
        trail={trail}
        title={
          batch === undefined ? "Batch of commands" : `${commandTitle(batch.command, batch.step)}: a batch`
        }
        verdict={verdict?.sentence ?? (error ? "The batch could not be read." : undefined)}
        tone={verdict?.tone ?? "neutral"}
        meta={batch && <Meta batch={batch} />}
        actions={batch && <CancelAction batch={batch} />}
      />
      {failure && batch !== undefined && <div className="mb-3">{failure}</div>}
      {batch && (
        <div className="mb-4 flex flex-col gap-2">
          <p className="text-muted max-w-200 text-sm">Reason: {batch.reason}</p>
          <Progress
            label="settled"
            done={batch.total - leftOf(batch)}
            total={batch.total}
            tone={verdict?.tone ?? "notice"}
          />
        </div>
      )}
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          label="Commands of the batch"
          columns={BATCH_COLUMNS}
          rows={batch?.items}
          rowKey={(row) => row.id}
          primary
          empty={<EmptyState title="No command" why="The batch holds no saga." />}
          error={batch === undefined ? (failure ?? undefined) : undefined}
          file={{ name: ["saga-commands", id.slice(-8)], columns: BATCH_FILE }}
        />
      </div>
    </>
  );
}

function Meta({ batch }: { batch: Batch }) {
  return (
    <MetaLine>
      <span>
        asked for by {batch.actor} <RelativeTime at={batch.requestedAt} />
      </span>
      {batch.endedAt !== null && (
        <span>
          ended <RelativeTime at={batch.endedAt} />
        </span>
      )}
      <CopyId value={batch.id} shown={batch.id.slice(-8)} what="batch id" />
    </MetaLine>
  );
}

function CancelAction({ batch }: { batch: Batch }) {
  const [open, setOpen] = useState(false);
  const may = useOperatorRefusal() === null;
  return (
    <>
      {may && batch.counts.waiting > 0 && (
        <Button icon={CircleStop} onClick={() => setOpen(true)}>
          Cancel…
        </Button>
      )}
      {open && <CancelBatchDialog batch={batch} onClose={() => setOpen(false)} />}
    </>
  );
}

function BatchMissing({ trail }: { trail: readonly { label: string; href: string }[] }) {
  return (
    <MissingPage
      trail={trail}
      title="Batch of commands"
      verdict="There is no such batch."
      noun="batch"
      why="The address is wrong."
      next={{ label: "All sagas", href: paths.sagas() }}
    />
  );
}
