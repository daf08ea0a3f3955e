"use client";

import { useState } from "react";

import { DiffView } from "#components/ui/diff-view.tsx";
import { HeaderInputs } from "#components/ui/header-inputs.tsx";
import { Input } from "#components/ui/input.tsx";
import { RecordField } from "#components/ui/record-field.tsx";
import { RecordHeaders } from "#components/ui/record-headers.tsx";
import type { DecoderChoice, ShownField, ShownHeader } from "#lib/domain/records/record.ts";
import { MASK } from "#lib/domain/records/record-search.ts";

import { GallerySection } from "./gallery-section.tsx";

const field = (part: Partial<ShownField> & Pick<ShownField, "decoder" | "text">): ShownField => ({
  ...{ sizeBytes: part.text.length, cut: false, schema: null, failures: [] },
  ...part,
});
const JSON_VALUE = field({
  decoder: "json",
  text: `{"orderId":"order-7","reference":12345678901234567890,"card":{"number":"${MASK}"},"lines":[{"sku":"A-1"}]}`,
  failures: [{ decoder: "avro", reason: "The bytes do not begin with a schema's id." }],
});
const HEX_VALUE = field({ decoder: "hex", text: "00ff10416e61204b6f76c48d0000000102030405", sizeBytes: 20 });
const AVRO_VALUE = field({
  ...{ decoder: "avro", text: '{"id":7}', schema: { id: 12, name: "shop.Order" } },
});
const CUT_VALUE = field({
  decoder: "text",
  text: "The first 64 kB of a long text",
  sizeBytes: 9_000_000,
  cut: true,
});
const header = (name: string, text: string, form: "text" | "long" | "hex" = "text"): ShownHeader => ({
  name,
  value: { text, form, sizeBytes: text.length, cut: false },
});
const HEADERS: readonly ShownHeader[] = [
  header("event-id", "0197a2b0-6659-7000-8000-000000006659"),
  header("hop", "1"),
  header("authorization", MASK),
  header("hop", "2"),
  header("kafka_dlt-original-offset", "1204", "long"),
  { name: "nothing", value: null },
  header("bytes", "00ff10", "hex"),
];

const BEFORE = ["{", '  "orderId": "order-7",', '  "totalCents": -4900', "}"];
const AFTER = ["{", '  "orderId": "order-7",', '  "totalCents": 4900', "}"];

/** Keys, values and headers of records in every form they are shown, compared and written in. */
export function RecordsSection() {
  const [choice, setChoice] = useState<DecoderChoice>("auto");
  const [written, setWritten] = useState([
    { name: "event-id", value: "0197a2b0-6659-7000-8000-000000006659" },
    { name: "", value: "no name yet" },
  ]);
  return (
    <GallerySection title="Records">
      <RecordField
        what="Value"
        field={JSON_VALUE}
        masked={["value.card.number"]}
        choice={choice}
        onChoose={setChoice}
      />
      <RecordField what="Value" field={HEX_VALUE} />
      <RecordField what="Value" field={AVRO_VALUE} />
      <RecordField what="Value" field={CUT_VALUE} />
      <RecordField what="Key" field={field({ decoder: "text", text: "" })} />
      <RecordField what="Value" field={null} nullMeans="a tombstone." />
      <RecordHeaders headers={HEADERS} masked={["header.authorization"]} />
      <RecordHeaders headers={[]} />
      <DiffView label="Changed" before={BEFORE} after={AFTER} />
      <DiffView label="Unchanged" before={BEFORE} after={BEFORE} />
      <DiffView label="Without an after" before={BEFORE} after={null} caption="as it is" />
      <HeaderInputs
        legend="Headers"
        headers={written}
        empty={{ name: "", value: "" }}
        fault="Header 2 has no name."
        onChange={setWritten}
        value={(each, at, change) => (
          <Input
            mono
            aria-label={`Value of header ${at + 1}`}
            value={each.value}
            onChange={(event) => change({ ...each, value: event.target.value })}
          />
        )}
      />
    </GallerySection>
  );
}
