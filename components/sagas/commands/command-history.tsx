"use client";

import { useQuery } from "@tanstack/react-query";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { query } from "#lib/client/query.ts";
import { paths } from "#lib/contracts/paths.ts";
import { listSagaCommands } from "#lib/contracts/saga-commands.ts";
import type { SagaCommandRecord } from "#lib/domain/sagas/saga-command.ts";

import { commandTitle, STATE_WORDS } from "./command-words.ts";

/** How often the list asks by itself while an answer is waited for, ms. */
const ASK_EVERY_MS = 2_000;

interface CommandHistoryProps {
  /** The console's id of the saga. */
  saga: string;
}

/** What operators asked of a saga, newest first: who, why, and what its service answered. */
export function CommandHistory({ saga }: CommandHistoryProps) {
  const asked = useQuery({
    ...query(listSagaCommands, { params: { id: saga } }),
    refetchInterval: ({ state }) =>
      state.data?.items.some((each) => each.state === "sent" || each.state === "waiting") === true
        ? ASK_EVERY_MS
        : false,
  });
  const items = asked.data?.items;
  return (
    <Panel title="Commands" meta="newest first; kept with the audit">
      {asked.error && (
        <ApiErrorState
          error={asked.error}
          what="The commands to this saga"
          look="inline"
          retrying={asked.isFetching}
          onRetry={() => void asked.refetch()}
        />
      )}
      {items === undefined && !asked.error && <Skeleton className="h-8 w-full" />}
      {items?.length === 0 && <p className="text-muted text-sm">Nobody has asked anything of this saga.</p>}
      {items !== undefined && items.length > 0 && (
        <ol className="flex flex-col gap-3 text-sm">
          {items.map((each) => (
            <Entry key={each.id} command={each} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Entry({ command }: { command: SagaCommandRecord }) {
  const { tone, word, meaning } = STATE_WORDS[command.state];
  return (
    <li className="flex items-baseline gap-4">
      <span className="text-muted w-28 shrink-0 text-right text-xs">
        <RelativeTime at={command.issuedAt} />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-3">
          <span className="font-medium">{commandTitle(command.command, command.step)}</span>
          <StateTag tone={tone} word={word} hint={meaning} />
        </div>
        <p className="text-muted break-words">
          {command.actor}: {command.reason}
        </p>
        {command.answer !== null && <p className="break-words">{command.answer}</p>}
        {command.batchId !== null && (
          <Link href={paths.sagaCommands(command.batchId)} className="link-quiet text-muted text-xs">
            Part of a batch
          </Link>
        )}
      </div>
    </li>
  );
}
