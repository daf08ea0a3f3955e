"use client";

import { useQuery } from "@tanstack/react-query";

import { Skeleton } from "#components/ui/skeleton.tsx";
import { query } from "#lib/client/query.ts";
import { previewSagaCommand } from "#lib/contracts/saga-commands.ts";
import type { SagaCommand } from "#lib/domain/sagas/saga.ts";

interface BatchEffectsProps {
  /** The console's id of one saga of a kind: what is true of it is true of those that stand where it stands. */
  example: string;
  command: SagaCommand;
}

/** What a command does to sagas of one kind, told of one of them; each is looked at again at its own turn. */
export function BatchEffects({ example, command }: BatchEffectsProps) {
  const asked = useQuery(query(previewSagaCommand, { params: { id: example }, query: { command } }));
  if (asked.error) return <p className="text-muted">What it does is not known. {asked.error.message}</p>;
  if (asked.data === undefined) return <Skeleton className="mt-1 h-4 w-3/4" />;
  const { refusals, effects, typed } = asked.data;
  const [refusal] = refusals;
  if (refusal !== undefined) return <p className="text-muted">Nothing is sent. {refusal}</p>;
  if (typed !== null)
    return <p className="text-muted">Nothing is sent: past the pivot each needs its own id typed.</p>;
  return (
    <ul className="text-muted list-disc pl-5">
      {effects.map((sentence) => (
        <li key={sentence} className="break-words">
          {sentence}
        </li>
      ))}
    </ul>
  );
}
