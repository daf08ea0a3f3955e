"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Drawer } from "#components/ui/drawer.tsx";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { query } from "#lib/client/query.ts";
import { getCause } from "#lib/contracts/dead-letters.ts";
import { paths } from "#lib/contracts/paths.ts";

import { CauseFacts } from "./cause-facts.tsx";
import { causeWords } from "./cause-words.ts";
import { DeadLetterRecord } from "./dead-letter-record.tsx";
import { FailureTag } from "./failure-tag.tsx";
import { RedriveCause } from "./redrive-cause.tsx";
import { StackView } from "./stack-view.tsx";

interface CausePeekProps {
  cluster: string;
  id: string;
  onClose: () => void;
}

/** A cause in the drawer beside the list: verdict with its evidence, facts, stack, and a typical record. */
export function CausePeek({ cluster, id, onClose }: CausePeekProps) {
  const asked = useQuery(query(getCause, { params: { cluster, id } }));
  const found = asked.data;
  const cause = found?.cause;
  return (
    <Drawer
      open
      onClose={onClose}
      title={cause === undefined ? "Cause" : causeWords(cause).title}
      subtitle={
        cause && (
          <span>
            last seen <RelativeTime at={cause.lastSeenAt} />
          </span>
        )
      }
      fullPageHref={paths.deadLetterCause(cluster, id)}
      width="600px"
    >
      {asked.error && found === undefined ? (
        <ApiErrorState
          error={asked.error}
          what="The cause"
          retrying={asked.isFetching}
          onRetry={() => void asked.refetch()}
        />
      ) : found === undefined ? (
        <Skeleton className="h-64 w-full" />
      ) : (
        <div className="flex flex-col gap-5">
          <div className="flex flex-col items-start gap-1.5 text-sm">
            <FailureTag verdict={found.cause.verdict} look="boxed" />
            <p>{found.cause.verdict.sentence}</p>
            <RedriveCause size="sm" cluster={cluster} cause={found.cause} />
          </div>
          <CauseFacts cluster={cluster} cause={found.cause} />
          {found.stack !== null && <StackView stack={found.stack} />}
          {found.cause.typicalId !== null && (
            <TypicalRecord key={id} cluster={cluster} newestId={found.cause.typicalId} />
          )}
        </div>
      )}
    </Drawer>
  );
}

/** The record that was typical when the drawer opened: while a fault goes on, each second has a newer one. */
function TypicalRecord({ cluster, newestId }: { cluster: string; newestId: string }) {
  const [id] = useState(newestId);
  return (
    <section aria-label="A typical record" className="flex flex-col gap-3">
      <h2 className="flex items-baseline gap-3 text-sm font-semibold">
        A typical record
        <Link href={paths.deadLetter(cluster, id)} className="link-quiet text-muted text-xs font-normal">
          open it
        </Link>
      </h2>
      <DeadLetterRecord cluster={cluster} id={id} maxHeight="240px" />
    </section>
  );
}
