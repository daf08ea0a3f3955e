import type { Column } from "#components/ui/data-table-column.ts";
import { formatClock, formatInstantFull } from "#components/ui/format-instant.ts";
import { formatDuration } from "#components/ui/format-quantity.ts";
import { StateTag } from "#components/ui/state-tag.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import type { Saga, SagaEntry } from "#lib/domain/sagas/saga.ts";

import { EntryMessage } from "./message-link.tsx";
import { ENTRY_WORDS } from "./saga-words.ts";

/** entryColumns are the columns of a saga's journal. */
export function entryColumns({
  cluster,
  service,
  startedAt,
}: Pick<Saga, "cluster" | "service" | "startedAt">): readonly Column<SagaEntry>[] {
  return [
    { id: "seq", header: "#", align: "right", width: "84px", cell: ({ seq }) => seq },
    {
      id: "at",
      header: "Time",
      width: "92px",
      cell: ({ at }) =>
        at === null ? (
          <UnknownDash reason="Its source keeps no time of it." />
        ) : (
          <time dateTime={new Date(at).toISOString()} title={formatInstantFull(at)} className="tabular">
            {formatClock(at)}
          </time>
        ),
    },
    {
      id: "since",
      header: "After",
      hint: "Since the start of the saga.",
      align: "right",
      width: "84px",
      cell: ({ at }) =>
        at === null || startedAt === null ? (
          <UnknownDash reason="A time is missing." />
        ) : (
          formatDuration(at - startedAt)
        ),
    },
    {
      id: "kind",
      header: "What",
      width: "152px",
      cell: ({ kind }) => {
        const { tone, word } = ENTRY_WORDS[kind];
        return <StateTag tone={tone} word={word} />;
      },
    },
    { id: "step", header: "Step", width: "13%", cell: ({ step }) => step ?? "" },
    { id: "service", header: "Service", width: "11%", cell: (entry) => entry.service ?? service ?? "" },
    {
      id: "message",
      header: "Message",
      width: "24%",
      cell: (entry) =>
        entry.topic === null && entry.record === null ? "" : <EntryMessage entry={entry} cluster={cluster} />,
    },
    {
      id: "detail",
      header: "Detail",
      cell: ({ detail, actor }) => {
        const text = [actor, detail].filter((part) => part !== null).join(": ");
        return text === "" ? "" : <span title={text}>{text}</span>;
      },
    },
  ];
}
