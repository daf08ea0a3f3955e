import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { TONE_ICON, TONE_TEXT } from "#components/ui/tone.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { SagaRow } from "#lib/domain/sagas/saga.ts";

import { STUCK_WORDS } from "./saga-words.ts";
import { stuckCauses, sumText } from "./sagas-verdict.ts";

const MOST_SHOWN = 4;

interface StuckReasonsProps {
  /** The newest stuck sagas. */
  rows: readonly SagaRow[];
  /** Whether there are more than these: then the numbers are lower bounds. */
  more: boolean;
}

/** What the stuck sagas wait for, the most first: each a way to those it holds up. Nothing where nothing is stuck. */
export function StuckReasons({ rows, more }: StuckReasonsProps) {
  const causes = stuckCauses(rows);
  if (causes.length === 0) return null;
  return (
    <ul
      aria-label="What stuck sagas wait for"
      className="border-line bg-raised divide-line mb-4 divide-y rounded border"
    >
      {causes.slice(0, MOST_SHOWN).map(({ source, type, step, kind, sentence, count }) => {
        const { tone } = STUCK_WORDS[kind];
        const Icon = TONE_ICON[tone];
        const query = { state: "stuck", source, type, stuck: kind, ...(step === null ? {} : { step }) };
        return (
          <li key={JSON.stringify(query)}>
            <Link
              href={paths.sagas(query)}
              className="hover:bg-hover flex min-h-9 items-center gap-3 px-3 py-1.5 text-sm"
            >
              <Icon aria-hidden size={15} className={`shrink-0 ${TONE_TEXT[tone]}`} />
              <span className="tabular w-10 shrink-0 text-right font-semibold">
                {sumText({ count, atLeast: more })}
              </span>
              <span className="min-w-0 flex-1 truncate" title={sentence}>
                {sentence}
              </span>
              <span className="text-muted shrink-0 text-xs">
                {type}
                {step === null ? "" : ` · ${step}`}
              </span>
            </Link>
          </li>
        );
      })}
      {causes.length > MOST_SHOWN && (
        <li>
          <Link
            href={paths.sagas({ state: "stuck" })}
            className="text-muted hover:bg-hover block px-3 py-1.5 text-xs"
          >
            {formatCount(causes.length - MOST_SHOWN)} more reasons: all stuck sagas
          </Link>
        </li>
      )}
    </ul>
  );
}
