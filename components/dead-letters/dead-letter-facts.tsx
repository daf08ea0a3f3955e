import type { ReactNode } from "react";

import { CopyId } from "#components/ui/copy-id.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { formatCount, formatQuantity } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { DeadLetterRow } from "#lib/domain/dead-letters/dead-letter.ts";

import { groupTitle } from "./dead-letter-words.ts";
import { DIALECT_WORDS } from "./dialect-words.ts";
import { RetentionLeft } from "./retention-left.tsx";

interface DeadLetterFactsProps {
  cluster: string;
  row: DeadLetterRow;
}

const NOT_TOLD = "No header of this record tells it.";

function orDash(value: ReactNode, reason = NOT_TOLD): ReactNode {
  return value === null ? <UnknownDash reason={reason} /> : value;
}

/** What is known of a dead letter without reading its payload. */
export function DeadLetterFacts({ cluster, row }: DeadLetterFactsProps) {
  const { group, exception, causeClass, eventId, valueBytes } = row;
  return (
    <DefinitionList
      items={[
        {
          term: "Group",
          value:
            group === null ? (
              orDash(null)
            ) : (
              <Link href={paths.group(cluster, group)} className="link-quiet">
                {groupTitle(group)}
              </Link>
            ),
        },
        { term: "Exception", value: orDash(exception && <CopyId value={exception} what="exception" />) },
        {
          term: "Innermost cause",
          value: orDash(causeClass && <CopyId value={causeClass} what="class" />),
        },
        {
          term: "Message",
          value: orDash(
            row.message && <span className="block whitespace-pre-wrap">{row.message}</span>,
            "No header tells it, or your role may not read exception texts.",
          ),
        },
        { term: "Attempts", value: orDash(row.attempts === null ? null : formatCount(row.attempts)) },
        {
          term: "Times here",
          hint: "How often the record came to a dead-letter topic, this time included.",
          value: formatCount(row.hops),
        },
        { term: "Event type", value: orDash(row.eventType) },
        { term: "Event id", value: orDash(eventId && <CopyId value={eventId} what="event id" />) },
        {
          term: "Key",
          value: orDash(
            row.key && <CopyId value={row.key} what="key" />,
            "The record has no key, keys are not kept on this cluster, or your role may not read records.",
          ),
        },
        {
          term: "Value",
          value: row.pointer ? (
            "in the source alone: this is a pointer"
          ) : valueBytes === null ? (
            "none"
          ) : (
            <span>{formatQuantity("bytes", valueBytes)}</span>
          ),
        },
        { term: "Arrived", value: <RelativeTime at={row.at} /> },
        {
          term: "Kept for",
          hint: "How long Kafka keeps the record at least.",
          value: <RetentionLeft row={row} />,
        },
        { term: "Written by", value: DIALECT_WORDS[row.dialect] },
        ...(row.stateReason === null ? [] : [{ term: "Reason", value: row.stateReason }]),
        {
          term: "State since",
          value: <RelativeTime at={row.stateAt} />,
        },
      ]}
    />
  );
}
