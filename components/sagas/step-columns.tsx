import type { Column } from "#components/ui/data-table-column.ts";
import { Duration } from "#components/ui/duration.tsx";
import { Link } from "#components/ui/link.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { SagaStep } from "#lib/domain/sagas/saga.ts";

import { StepActions } from "./commands/step-actions.tsx";
import { STEP_WORDS } from "./saga-words.ts";
import type { ShownSaga } from "./use-saga.ts";

const NOT_KEPT = "Its source does not keep it, or it has not happened.";

/** stepColumns are the columns of the steps of a saga, with what may be asked about each at the end. */
export function stepColumns(saga: ShownSaga): readonly Column<SagaStep>[] {
  const { cluster } = saga;
  return [
    {
      id: "step",
      header: "Step",
      width: "16%",
      cell: ({ name, pivot }) => (
        <span title={name}>
          <span className="font-medium">{name}</span>
          {pivot && <span className="text-muted"> pivot</span>}
        </span>
      ),
    },
    {
      id: "service",
      header: "Service",
      width: "12%",
      cell: ({ service }) => service ?? <UnknownDash reason="Its source does not tell the participant." />,
    },
    {
      id: "state",
      header: "State",
      width: "176px",
      cell: ({ state }) => {
        const { tone, word, meaning } = STEP_WORDS[state];
        return <StateTag tone={tone} word={word} hint={meaning} />;
      },
    },
    {
      id: "attempts",
      header: "Attempts",
      align: "right",
      width: "80px",
      cell: ({ attempts }) => <Quantity value={attempts} reason={NOT_KEPT} />,
    },
    {
      id: "took",
      header: "Took",
      hint: "From its command to its end.",
      align: "right",
      width: "84px",
      cell: ({ sentAt, endedAt }) => (
        <Duration ms={sentAt === null || endedAt === null ? null : endedAt - sentAt} reason={NOT_KEPT} />
      ),
    },
    {
      id: "due",
      header: "Due",
      hint: "When its reply is due.",
      align: "right",
      width: "120px",
      cell: ({ dueAt, state }) =>
        state === "sent" || state === "compensating" ? (
          <RelativeTime at={dueAt} reason="It has no timer." />
        ) : (
          <UnknownDash reason="No reply is waited for." />
        ),
    },
    {
      id: "topic",
      header: "Command",
      width: "20%",
      cell: ({ commandTopic }) =>
        commandTopic === null ? (
          <UnknownDash reason="Its source does not tell the topic." />
        ) : cluster === null ? (
          commandTopic
        ) : (
          <Link href={paths.topic(cluster, commandTopic)} className="link-quiet" title={commandTopic}>
            {commandTopic}
          </Link>
        ),
    },
    {
      id: "error",
      header: "Error",
      cell: ({ error }) => (error === null ? "" : <span title={error}>{error}</span>),
    },
    {
      id: "actions",
      header: "Move",
      hint: "What may be asked about the step.",
      align: "right",
      width: "64px",
      cell: ({ name }) => <StepActions saga={saga} step={name} />,
    },
  ];
}
