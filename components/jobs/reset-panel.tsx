"use client";

import { useQuery } from "@tanstack/react-query";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { query } from "#lib/client/query.ts";
import { getOffsetReset } from "#lib/contracts/offset-resets.ts";
import { paths } from "#lib/contracts/paths.ts";

import { resetWords } from "./group-replay-words.ts";

interface ResetPanelProps {
  cluster: string;
  group: string;
  /** null while no reset is planned. */
  resetId: string | null;
}

const ASK_EVERY_MS = 2_000;

/** The offset reset of a replay: how it is, what became of the commits after it, and the way to its undo. */
export function ResetPanel({ cluster, group, resetId }: ResetPanelProps) {
  const asked = useQuery({
    ...query(getOffsetReset, { params: { cluster, group, id: resetId ?? "" } }),
    enabled: resetId !== null,
    refetchInterval: ({ state }) => (state.data?.watch?.endedAt === null ? ASK_EVERY_MS : false),
  });
  if (resetId === null) return null;
  const reset = asked.data;
  if (reset === undefined) {
    return asked.error ? (
      <ApiErrorState
        look="inline"
        error={asked.error}
        what="The offset reset"
        retrying={asked.isFetching}
        onRetry={() => void asked.refetch()}
      />
    ) : (
      <Skeleton className="h-12 w-full" />
    );
  }
  const { tone, sentence } = resetWords(reset);
  const undoable = reset.state === "applied" || reset.state === "failed";
  return (
    <Callout
      tone={tone}
      title={`Offset reset of ${group}: ${sentence}`}
      action={
        <Button asChild size="sm">
          <Link href={paths.offsetReset(cluster, group, reset.id)}>
            {undoable ? "See it, or undo it" : "Partition by partition"}
          </Link>
        </Button>
      }
    >
      {reset.appliedAt === null ? (
        <>
          Planned <RelativeTime at={reset.plannedAt} />.
        </>
      ) : (
        <>
          Applied <RelativeTime at={reset.appliedAt} />. An undo puts the offsets back; what was read again by
          then stays processed.
        </>
      )}
    </Callout>
  );
}
