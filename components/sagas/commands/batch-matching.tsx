import { Callout } from "#components/ui/callout.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import type { SagaCommand } from "#lib/domain/sagas/saga.ts";

import { BatchEffects } from "./batch-effects.tsx";
import { sagasPhrase, standingOf } from "./batch-summary.ts";
import { MOST, type Matching } from "./use-matching.ts";

/** So many kinds tell enough of what is about to be moved. */
const KINDS = 5;

interface BatchMatchingProps {
  /** `undefined` while they are counted. */
  matching: Matching | undefined;
  command: SagaCommand;
}

/** Which sagas a batch would move, by type and step, and what the command does to each kind. */
export function BatchMatching({ matching, command }: BatchMatchingProps) {
  if (matching === undefined) return <Skeleton className="h-16 w-full" />;
  const { rows, tooMany } = matching;
  if (tooMany)
    return (
      <Callout tone="warning" title={`More than ${MOST} sagas match.`}>
        Narrow the list first: a batch holds {MOST} at most.
      </Callout>
    );
  if (rows.length === 0) return <Callout tone="notice" title="No saga matches any more." />;
  const standing = standingOf(rows);
  return (
    <div className="text-sm">
      <h3 className="font-medium">What will happen to the {sagasPhrase(rows.length)} that match now</h3>
      <ul className="mt-1 flex flex-col gap-2">
        {standing.slice(0, KINDS).map(({ type, step, count, example }) => (
          <li key={`${type} ${step ?? ""}`}>
            <p className="tabular break-words">
              {count} of {type}
              {step === null ? ", ended" : ` at the step ${step}`}
            </p>
            <BatchEffects example={example} command={command} />
          </li>
        ))}
        {standing.length > KINDS && <li className="text-muted">and {standing.length - KINDS} more kinds</li>}
      </ul>
    </div>
  );
}
