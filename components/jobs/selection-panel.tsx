import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { paths } from "#lib/contracts/paths.ts";
import { movesFrom } from "#lib/domain/dead-letters/states.ts";

import type { Failing, Selection } from "./use-selection.ts";
import type { WizardSource } from "./wizard-source.ts";
import { deadLettersPhrase } from "./wizard-words.ts";

interface SelectionPanelProps {
  cluster: string;
  source: WizardSource;
  selection: Selection;
  failing: Failing;
}

/** Which dead letters are meant, in words and in number; what comes later is not part of it. */
export function SelectionPanel({ cluster, source, selection, failing }: SelectionPanelProps) {
  const { count, byState, error, again } = selection;
  if (source.kind === "lost") {
    return (
      <Callout
        tone="warning"
        title="The selection is no longer known to this tab."
        action={
          <Link href={paths.deadLetters(cluster)} className="underline underline-offset-3">
            Dead letters
          </Link>
        }
      >
        A selection of more than twenty is kept in the tab where it was made. Select them again.
      </Callout>
    );
  }
  const able = byState === null ? count : movesFrom("claim").reduce((sum, state) => sum + byState[state], 0);
  return (
    <Panel
      title="Which dead letters"
      meta="frozen now: what comes later is not part of it"
      actions={
        source.kind === "filter" && (
          <Button size="sm" onClick={again}>
            Count again
          </Button>
        )
      }
    >
      {error && <ApiErrorState look="inline" error={error} what="The count" onRetry={again} />}
      {count === null ? (
        !error && <Skeleton className="h-16 w-full" />
      ) : (
        <div className="flex flex-col gap-3">
          <p className="text-sm" aria-live="polite">
            <span className="font-medium">{deadLettersPhrase(count)}</span>
            {source.kind === "ids" ? ", chosen one by one." : ", all that the filter matches now."}
            {able !== null &&
              able < count &&
              ` ${formatCount(able)} of them can be redriven; the plan says why the others cannot.`}
          </p>
          <DefinitionList
            items={[
              ...(failing.group === null ? [] : [{ term: "Given up by", value: failing.group }]),
              ...(failing.topic === null ? [] : [{ term: "From", value: failing.topic }]),
              ...filterItems(cluster, source),
            ]}
          />
        </div>
      )}
    </Panel>
  );
}

function filterItems(cluster: string, source: WizardSource) {
  if (source.kind !== "filter") return [];
  const { cause, state, topic, group, q, from, to } = source.filter;
  const instant = (at: number | undefined) =>
    at === undefined ? undefined : new Date(at).toLocaleString("en-GB");
  const texts: [string, string | undefined][] = [
    ["State", state],
    ["Topic", topic],
    ["Group", group],
    ["Text", q],
    ["From", instant(from)],
    ["To", instant(to)],
  ];
  return [
    ...(cause === undefined
      ? []
      : [
          {
            term: "Cause",
            value: (
              <Link
                href={paths.deadLetterCause(cluster, cause)}
                className="underline decoration-dotted underline-offset-3"
              >
                see the cause
              </Link>
            ),
          },
        ]),
    ...texts.flatMap(([term, value]) => (value === undefined ? [] : [{ term, value }])),
  ];
}
