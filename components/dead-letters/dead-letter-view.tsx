"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Link } from "#components/ui/link.tsx";
import { MissingPage } from "#components/ui/missing-page.tsx";
import { MetaLine } from "#components/ui/meta-line.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { redriveIdsHref } from "#lib/client/new-job-href.ts";
import { query } from "#lib/client/query.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { getDeadLetter } from "#lib/contracts/dead-letters.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { ListedDeadLetter } from "#lib/domain/jobs/dead-letter-copies.ts";
import type { DeadLetterRow } from "#lib/domain/dead-letters/dead-letter.ts";
import { movesFrom } from "#lib/domain/dead-letters/states.ts";

import { causeWords } from "./cause-words.ts";
import { Chain } from "./chain.tsx";
import { ChangeDialog } from "./change-dialog.tsx";
import { changeable, CHANGE_WORDS, type Change } from "./change-words.ts";
import { DeadLetterFacts } from "./dead-letter-facts.tsx";
import { DeadLetterRecord, useDeadLetterRecord } from "./dead-letter-record.tsx";
import { DeadLetterStateTag } from "./dead-letter-state-tag.tsx";
import { CopyList } from "./copy-list.tsx";
import { CameFromNote, CopyNote } from "./copy-note.tsx";
import { deadLetterSentence } from "./dead-letter-words.ts";
import { RedriveLink } from "./redrive-link.tsx";
import { SameKeyList } from "./same-key-list.tsx";
import { SameKeyOrderAnswer } from "./same-key-order.tsx";
import { StackView } from "./stack-view.tsx";
import { countStates, STATE_WORDS } from "./state-words.ts";
import { useMay } from "./use-may.ts";
import { useSiblingKeys } from "./use-sibling-keys.ts";

interface DeadLetterViewProps {
  cluster: string;
  id: string;
}

type Found = OutputOf<typeof getDeadLetter>;

/** One dead letter: who gave up on it and why, where it has been, its payload, its stack, and others of its key. */
export function DeadLetterView({ cluster, id }: DeadLetterViewProps) {
  const asked = useQuery({
    ...query(getDeadLetter, { params: { cluster, id } }),
    placeholderData: keepPreviousData,
  });
  const error = useStandingError(asked);
  const found = asked.data;
  const row = found?.deadLetter;
  const trail = [
    { label: "Dead letters", href: paths.deadLetters(cluster) },
    ...(found === undefined
      ? []
      : [
          {
            label: causeWords(found.cause).title,
            href: paths.deadLetterCause(cluster, found.cause.id),
          },
        ]),
  ];
  if (error?.is("dead_letter_unknown") === true) {
    return <DeadLetterMissing cluster={cluster} trail={trail} />;
  }
  return (
    <>
      <PageHeader
        trail={trail}
        title={
          row === undefined ? (
            "Dead letter"
          ) : (
            <CopyId
              value={`${row.topic} ${row.partition} ${row.offset}`}
              shown={`${row.topic} ${row.partition} at ${formatCount(row.offset)}`}
              what="place"
            />
          )
        }
        verdict={row ? deadLetterSentence(row) : error ? "The dead letter could not be read." : undefined}
        tone={row === undefined ? "neutral" : STATE_WORDS[row.state].tone}
        meta={row && <Meta cluster={cluster} row={row} />}
        actions={found && <Actions cluster={cluster} found={found} />}
      />
      {error && (
        <div className="mb-4">
          <ApiErrorState
            error={error}
            what="The dead letter"
            look={found === undefined ? "block" : "inline"}
            retrying={asked.isFetching}
            onRetry={() => void asked.refetch()}
          />
        </div>
      )}
      {found === undefined ? (
        !error && <Skeleton className="h-96 w-full" />
      ) : (
        <Body key={found.deadLetter.id} cluster={cluster} found={found} />
      )}
    </>
  );
}

function Meta({ cluster, row }: { cluster: string; row: ListedDeadLetter }) {
  return (
    <MetaLine>
      <DeadLetterStateTag row={row} />
      {row.copy !== null && <CopyNote cluster={cluster} copy={row.copy} />}
      {row.cameFrom !== null && <CameFromNote cluster={cluster} from={row.cameFrom} />}
      <span>
        arrived <RelativeTime at={row.at} />
      </span>
    </MetaLine>
  );
}

function Body({ cluster, found }: { cluster: string; found: Found }) {
  const { deadLetter: row, lineage, sameKey, copies } = found;
  const { asked } = useDeadLetterRecord(cluster, row.id);
  const stack = asked.data?.stack ?? null;
  return (
    <div className="flex flex-col gap-4">
      <StateNotice cluster={cluster} row={row} />
      <Chain cluster={cluster} steps={lineage} id={row.id} />
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-[3fr_2fr]">
        <Panel title="Record" meta="as it lies in Kafka now">
          <DeadLetterRecord cluster={cluster} id={row.id} />
        </Panel>
        <div className="flex min-w-0 flex-col gap-4">
          <Panel title="What is known">
            <DeadLetterFacts cluster={cluster} row={row} />
          </Panel>
          <Panel title="Order of its key" meta="would a redrive bring older after newer?">
            <SameKeyOrderAnswer cluster={cluster} id={row.id} group={row.group} />
          </Panel>
        </div>
      </div>
      <CopyList cluster={cluster} copies={copies} />
      {stack !== null && <StackView stack={stack} />}
      <SameKeyList cluster={cluster} rows={sameKey} />
    </div>
  );
}

/** What a state means for the reader, where the tag alone does not tell it. */
function StateNotice({ cluster, row }: { cluster: string; row: DeadLetterRow }) {
  if (row.twinOf !== null) {
    return (
      <Callout
        tone="notice"
        title="This is a second copy of the same failure. It is not counted: the first one counts in its place."
        action={
          <Link href={paths.deadLetter(cluster, row.twinOf)} className="underline underline-offset-3">
            The first one
          </Link>
        }
      />
    );
  }
  if (row.state === "expired") {
    return (
      <Callout tone="neutral" title="The record is gone from Kafka.">
        Its topic no longer keeps it: retention took it, or the topic was deleted. What the index knew of it
        stands here; it cannot be redriven.
      </Callout>
    );
  }
  if (row.state === "discarded" || row.state === "unknown") {
    return (
      <Callout tone={STATE_WORDS[row.state].tone} title={STATE_WORDS[row.state].meaning}>
        {row.stateReason !== null && `Reason: ${row.stateReason}`}
      </Callout>
    );
  }
  return null;
}

/** Newer and older of the cause, also by the arrows; then what can be done to this one. */
function Actions({ cluster, found }: { cluster: string; found: Found }) {
  const router = useRouter();
  const [change, setChange] = useState<Change | null>(null);
  const may = useMay("dead-letters:operate");
  const { deadLetter: row, newerId, olderId } = found;
  const go = (id: string | null) => {
    if (id !== null) router.replace(paths.deadLetter(cluster, id));
  };
  useSiblingKeys((to) => {
    if (change === null) go(to === "newer" ? newerId : olderId);
  });
  const counts = countStates([row]);
  const able = (["discard", "restore"] as const).filter((kind) => changeable(kind, counts) > 0);
  return (
    <>
      {row.twinOf === null && movesFrom("claim").includes(row.state) && (
        <RedriveLink href={redriveIdsHref(cluster, [row.id])}>Redrive…</RedriveLink>
      )}
      {may === true &&
        row.twinOf === null &&
        able.map((kind) => (
          <Button key={kind} onClick={() => setChange(kind)}>
            {CHANGE_WORDS[kind].verb}…
          </Button>
        ))}
      <span className="flex">
        <IconButton
          icon={ChevronLeft}
          label="Newer of this cause"
          shortcut="←"
          disabled={newerId === null}
          onClick={() => go(newerId)}
        />
        <IconButton
          icon={ChevronRight}
          label="Older of this cause"
          shortcut="→"
          disabled={olderId === null}
          onClick={() => go(olderId)}
        />
      </span>
      {change !== null && (
        <ChangeDialog
          cluster={cluster}
          change={change}
          picked={{ kind: "ids", ids: [row.id], byState: counts }}
          onClose={() => setChange(null)}
        />
      )}
    </>
  );
}

interface DeadLetterMissingProps {
  cluster: string;
  trail: readonly { label: string; href: string }[];
}

function DeadLetterMissing({ cluster, trail }: DeadLetterMissingProps) {
  return (
    <MissingPage
      trail={trail}
      title="Dead letter"
      verdict={`${cluster} has no such dead letter.`}
      noun="dead letter"
      why="The address is old: dead letters that expired are forgotten after 30 days."
      next={{ label: `All dead letters of ${cluster}`, href: paths.deadLetters(cluster) }}
    />
  );
}
