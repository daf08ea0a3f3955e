import type { Column } from "#components/ui/data-table-column.ts";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { instantText, type FileColumn } from "#components/ui/table-file.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { SagaCommandRecord } from "#lib/domain/sagas/saga-command.ts";
import { partsOfSagaId } from "#lib/domain/sagas/saga.ts";

import { commandTitle, STATE_WORDS } from "./command-words.ts";

/** batchColumns are the columns of a batch's commands. */
export const BATCH_COLUMNS: readonly Column<SagaCommandRecord>[] = [
  {
    id: "saga",
    header: "Saga",
    width: "30%",
    cell: ({ saga }) => {
      const parts = partsOfSagaId(saga);
      return (
        <Link href={paths.saga(saga)} className="link-quiet block truncate font-medium">
          {parts === null ? saga : `${parts.type} ${parts.sagaId}`}
        </Link>
      );
    },
  },
  {
    id: "command",
    header: "Command",
    width: "16%",
    cell: ({ command, step }) => commandTitle(command, step),
  },
  {
    id: "state",
    header: "State",
    width: "140px",
    cell: ({ state }) => {
      const { tone, word, meaning } = STATE_WORDS[state];
      return <StateTag tone={tone} word={word} hint={meaning} />;
    },
  },
  {
    id: "answer",
    header: "Answer",
    cell: ({ answer }) => (
      <span className="text-muted block truncate" title={answer ?? undefined}>
        {answer ?? ""}
      </span>
    ),
  },
  {
    id: "when",
    header: "Answered",
    width: "112px",
    align: "right",
    cell: ({ answeredAt }) => <RelativeTime at={answeredAt} reason="no answer" />,
  },
];

/** BATCH_FILE is a batch's commands as a file. */
export const BATCH_FILE: readonly FileColumn<SagaCommandRecord>[] = [
  { name: "command_id", value: (row) => row.id },
  { name: "saga", value: (row) => row.saga },
  { name: "command", value: (row) => row.command },
  { name: "step", value: (row) => row.step },
  { name: "state", value: (row) => row.state },
  { name: "answer", value: (row) => row.answer },
  { name: "issued_at", value: (row) => instantText(row.issuedAt) },
  { name: "answered_at", value: (row) => instantText(row.answeredAt) },
];
