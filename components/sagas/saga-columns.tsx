import { CopyId } from "#components/ui/copy-id.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { SagaRow } from "#lib/domain/sagas/saga.ts";

import { SagaAge } from "./saga-age.tsx";
import { SagaStateTag } from "./saga-state-tag.tsx";

/** How many columns the window has room for. */
export type SagaListRoom = "narrow" | "middle" | "wide";

const NOT_KEPT = "Its source keeps none.";

/** sagaColumns are the columns of a list of sagas, as many as there is room for. */
export function sagaColumns(room: SagaListRoom): readonly Column<SagaRow>[] {
  const columns: readonly (Column<SagaRow> | false)[] = [
    { id: "state", header: "State", width: "150px", cell: (row) => <SagaStateTag saga={row} /> },
    {
      id: "saga",
      header: "Saga",
      width: room === "narrow" ? "30%" : "24%",
      cell: (row) => (
        <Link href={paths.saga(row.id)} className="link-quiet" title={`${row.type} ${row.sagaId}`}>
          <span className="font-medium">{row.type}</span>{" "}
          <code className="text-muted text-[0.93em]">{row.sagaId}</code>
        </Link>
      ),
    },
    {
      id: "step",
      header: "Step",
      hint: "Where it stands; empty once it has ended.",
      width: "13%",
      cell: ({ step }) => step ?? "",
    },
    {
      id: "why",
      header: "Stuck because",
      hint: "Told from evidence when the list is read.",
      cell: ({ stuck }) => (stuck === null ? "" : <span title={stuck.sentence}>{stuck.sentence}</span>),
    },
    room === "wide" && {
      ...{ id: "correlation", header: "Correlation", width: "12%" },
      cell: ({ correlationId }: SagaRow) =>
        correlationId === null ? (
          <UnknownDash reason={NOT_KEPT} />
        ) : (
          <CopyId
            value={correlationId}
            what="correlation id"
            href={paths.sagas({ correlation: correlationId })}
          />
        ),
    },
    room !== "narrow" && {
      id: "source",
      header: "Source",
      width: "9%",
      cell: ({ source }: SagaRow) => source,
    },
    {
      id: "age",
      header: "Took",
      hint: "From its start to its end, or to now.",
      align: "right",
      width: "92px",
      cell: (row) => <SagaAge saga={row} />,
    },
    {
      id: "updated",
      header: "Last moved",
      align: "right",
      width: "108px",
      cell: ({ updatedAt }) => <RelativeTime at={updatedAt} reason={NOT_KEPT} />,
    },
  ];
  return columns.filter((column) => column !== false);
}
