import type { Column } from "#components/ui/data-table-column.ts";
import { Duration } from "#components/ui/duration.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";

import { ratePercent, standingOf, worstStep } from "./definition-figures.ts";
import { KIND_WORDS } from "./saga-words.ts";
import type { ShownDefinition } from "./use-definitions.ts";

const NONE_ENDED = "None of its sagas has ended yet, or its source keeps no times.";

function durationColumn(
  id: "p50Ms" | "p90Ms" | "p99Ms",
  header: string,
  share: string,
): Column<ShownDefinition> {
  return {
    ...{ id, header, align: "right", width: "88px" },
    hint: `${share} of the newest 1,000 that ended took no longer.`,
    cell: ({ duration }) => <Duration ms={duration?.[id] ?? null} reason={NONE_ENDED} />,
  };
}

/** DEFINITION_COLUMNS are the columns of the list of types. */
export const DEFINITION_COLUMNS: readonly Column<ShownDefinition>[] = [
  {
    id: "type",
    header: "Type",
    cell: ({ source, type }) => (
      <Link href={paths.sagaDefinition(source, type)} className="link-quiet font-medium" title={type}>
        {type}
      </Link>
    ),
  },
  { id: "source", header: "Source", width: "11%", cell: ({ source }) => source },
  {
    id: "kind",
    header: "Kind",
    width: "120px",
    cell: ({ kind }) => <span title={KIND_WORDS[kind].meaning}>{KIND_WORDS[kind].word}</span>,
  },
  { id: "steps", header: "Steps", align: "right", width: "64px", cell: ({ steps }) => steps.length },
  {
    id: "standing",
    header: "Under way",
    align: "right",
    width: "96px",
    cell: (row) => <Quantity value={standingOf(row).standing} />,
  },
  {
    id: "stuck",
    header: "Stuck",
    align: "right",
    width: "72px",
    cell: (row) => {
      const { stuck } = standingOf(row);
      if (stuck === 0) return "0";
      return (
        <Link
          href={paths.sagas({ state: "stuck", source: row.source, type: row.type })}
          className="text-warning font-medium underline underline-offset-3"
        >
          {formatCount(stuck)}
        </Link>
      );
    },
  },
  {
    id: "fails",
    header: "Fails most at",
    hint: "The step with the greatest share of failed attempts, of the newest 1,000 sagas.",
    width: "17%",
    cell: (row) => {
      const worst = worstStep(row);
      if (worst === null || worst.failureRate === null)
        return <UnknownDash reason="No attempt has failed." />;
      return `${worst.step} ${ratePercent(worst.failureRate)}`;
    },
  },
  durationColumn("p50Ms", "p50", "Half"),
  durationColumn("p90Ms", "p90", "90 %"),
  durationColumn("p99Ms", "p99", "99 %"),
];
