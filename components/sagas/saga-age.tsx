"use client";

import { Duration } from "#components/ui/duration.tsx";
import { useNow } from "#components/ui/use-now.ts";
import type { SagaRow } from "#lib/domain/sagas/saga.ts";
import { isEnded } from "#lib/domain/sagas/timeline.ts";

/** How long a saga took, or has taken so far. */
export function SagaAge({ saga }: { saga: Pick<SagaRow, "state" | "startedAt" | "endedAt"> }) {
  const now = useNow();
  const untilAt = isEnded(saga.state) ? saga.endedAt : now;
  const { startedAt } = saga;
  return (
    <Duration
      ms={startedAt === null || untilAt === null ? null : Math.max(0, untilAt - startedAt)}
      reason="Its source does not keep when it started or ended."
    />
  );
}
