"use client";

import { CopyId } from "#components/ui/copy-id.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { formatInstantFull } from "#components/ui/format-instant.ts";
import { formatCount, formatQuantity } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { RecordField } from "#components/ui/record-field.tsx";
import { RecordHeaders } from "#components/ui/record-headers.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import { envelopeOf, type DecoderChoice, type ShownRecord } from "#lib/domain/records/record.ts";

import { envelopeLinks, headerHref } from "./envelope-links.ts";

interface RecordDetailProps {
  cluster: string;
  record: ShownRecord;
  /** The topics that links of the envelope search. */
  topics: readonly string[];
  keyAs: DecoderChoice;
  valueAs: DecoderChoice;
  onDecode: (change: { keyAs?: DecoderChoice; valueAs?: DecoderChoice }) => void;
  /** Facts side by side: a page has the room, a drawer has not. */
  wide?: boolean;
}

/** Everything of one record: where and when, the kit's envelope, key, value and headers as text alone. */
export function RecordDetail({
  cluster,
  record,
  topics,
  keyAs,
  valueAs,
  onDecode,
  wide = false,
}: RecordDetailProps) {
  const of = { cluster, topics };
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <RecordFacts cluster={cluster} record={record} wide={wide} />
      <Envelope {...of} record={record} wide={wide} />
      <RecordField
        what="Key"
        field={record.key}
        masked={record.masked}
        choice={keyAs}
        onChoose={(choice) => onDecode({ keyAs: choice })}
        nullMeans="the record has no key, and any partition may hold it."
        maxHeight="200px"
      />
      <RecordField
        what="Value"
        field={record.value}
        masked={record.masked}
        choice={valueAs}
        onChoose={(choice) => onDecode({ valueAs: choice })}
        nullMeans="a tombstone. Compaction removes what the key had before."
        maxHeight={wide ? "70vh" : "480px"}
      />
      <section aria-label="Headers">
        <h3 className="mb-1.5 flex min-h-7 items-center gap-2 text-sm font-semibold">
          Headers
          <span className="text-muted text-xs font-normal">{formatCount(record.headers.length)}</span>
        </h3>
        <RecordHeaders
          headers={record.headers}
          masked={record.masked}
          hrefOf={(header) => headerHref(of, header)}
        />
      </section>
    </div>
  );
}

function RecordFacts({ cluster, record, wide }: { cluster: string; record: ShownRecord; wide: boolean }) {
  const stamped = record.stampedBy === "broker" ? "stamped by the broker" : "stamped by the producer";
  return (
    <DefinitionList
      columns={wide ? 2 : 1}
      items={[
        {
          term: "Topic",
          value: (
            <Link href={paths.topic(cluster, record.topic)} className="link-quiet">
              {record.topic}
            </Link>
          ),
        },
        {
          term: "Time",
          value:
            record.at === null ? (
              <UnknownDash reason="The record carries no timestamp." />
            ) : (
              <>
                {formatInstantFull(record.at)} <span className="text-muted">{stamped}</span>
              </>
            ),
        },
        { term: "Partition", value: `${record.partition}` },
        { term: "Offset", value: <CopyId value={record.offset.toString()} what="offset" /> },
        {
          term: "Size",
          hint: "Key, value and headers as stored, uncompressed.",
          value: formatQuantity("bytes", record.sizeBytes),
        },
        {
          term: "Transaction",
          value: record.transactional ? "written in one" : "none",
        },
      ]}
    />
  );
}

interface EnvelopeProps {
  cluster: string;
  topics: readonly string[];
  record: ShownRecord;
  wide: boolean;
}

/** The kit's envelope: what happened, by whom, and the ids that lead on. */
function Envelope({ cluster, topics, record, wide }: EnvelopeProps) {
  const envelope = envelopeOf(record.headers);
  if (envelope === null) return null;
  const { eventType, producer, occurredAt } = envelope;
  return (
    <section aria-label="Event">
      <h3 className="mb-1.5 text-sm font-semibold">Event</h3>
      <DefinitionList
        columns={wide ? 2 : 1}
        items={[
          ...(eventType === null ? [] : [{ term: "Type", value: eventType }]),
          ...(producer === null ? [] : [{ term: "Producer", value: producer }]),
          ...(occurredAt === null ? [] : [{ term: "Occurred", value: occurredAt }]),
          ...envelopeLinks({ cluster, topics }, record.headers).map(({ label, id, hint, href }) => ({
            term: label,
            hint,
            value: (
              <span title={hint}>
                <CopyId value={id} what={label.toLowerCase()} href={href} />
              </span>
            ),
          })),
        ]}
      />
    </section>
  );
}
