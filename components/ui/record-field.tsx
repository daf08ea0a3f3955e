"use client";

import { EyeOff } from "lucide-react";

import { DECODERS, type Decoder, type DecoderChoice, type ShownField } from "#lib/domain/records/record.ts";

import { CodeBlock } from "./code-block.tsx";
import { formatQuantity } from "./format-quantity.ts";
import { HexView } from "./hex-view.tsx";
import { JsonView } from "./json-view.tsx";
import { MetaLine } from "./meta-line.tsx";
import { Select } from "./select.tsx";

interface RecordFieldProps {
  /** "Key" or "Value"; also what the masked paths begin with. */
  what: "Key" | "Value";
  /** null where the record holds a null. */
  field: ShownField | null;
  /** What a masking rule replaced in the record: `value.card.number`, `key`. */
  masked?: readonly string[];
  /** The decoder that was asked for; left out: nothing to choose. */
  choice?: DecoderChoice;
  onChoose?: (choice: DecoderChoice) => void;
  /** What a null means here, where it means something: "a tombstone". */
  nullMeans?: string;
  /** CSS height at which the content scrolls. */
  maxHeight?: string;
}

/** DECODER_WORDS name the decoders for people. */
const DECODER_WORDS: Readonly<Record<DecoderChoice, string>> = {
  auto: "automatic",
  json: "JSON",
  text: "text",
  hex: "hex",
  base64: "Base64",
  avro: "Avro",
  protobuf: "Protobuf",
  "json-schema": "JSON Schema",
  "consumer-offsets": "consumer offsets",
};

/** DECODER_OPTIONS are the choices of a decoder, for a Select. */
export const DECODER_OPTIONS = (["auto", ...DECODERS] as const).map((value) => ({
  value,
  label: DECODER_WORDS[value],
}));

/** These decoders give JSON text. */
const GIVES_JSON: ReadonlySet<Decoder> = new Set([
  "json",
  "avro",
  "protobuf",
  "json-schema",
  "consumer-offsets",
]);

/** A key or a value: how it was read, its size, what did not fit, and its content as text alone. */
export function RecordField({
  what,
  field,
  masked = [],
  choice,
  onChoose,
  nullMeans,
  maxHeight,
}: RecordFieldProps) {
  const noun = what.toLowerCase();
  const hidden = masked.filter(
    (path) => path === noun || path.startsWith(`${noun}.`) || path.startsWith(`${noun}[`),
  );
  return (
    <section aria-label={what} className="min-w-0">
      <header className="mb-1.5 flex min-h-7 items-center gap-3">
        <h3 className="text-sm font-semibold">{what}</h3>
        {field !== null && <FieldMeta field={field} />}
        {choice !== undefined && onChoose !== undefined && field !== null && (
          <span className="ml-auto">
            <Select
              size="sm"
              label={`Decode the ${noun} as`}
              value={choice}
              options={DECODER_OPTIONS}
              onValueChange={onChoose}
            />
          </span>
        )}
      </header>
      {field !== null && <Failures field={field} />}
      {hidden.length > 0 && <Masked noun={noun} paths={hidden} />}
      {field === null ? (
        <p className="text-muted text-sm">
          <code>null</code>
          {nullMeans !== undefined && `: ${nullMeans}`}
        </p>
      ) : (
        <Content
          field={field}
          label={`${noun}, ${DECODER_WORDS[field.decoder]}`}
          noun={noun}
          maxHeight={maxHeight}
        />
      )}
    </section>
  );
}

function FieldMeta({ field }: { field: ShownField }) {
  const { schema } = field;
  return (
    <MetaLine>
      {DECODER_WORDS[field.decoder]}
      {formatQuantity("bytes", field.sizeBytes)}
      {schema !== null && `schema ${schema.id}${schema.name === null ? "" : ` ${schema.name}`}`}
      {field.cut && "shown in part"}
    </MetaLine>
  );
}

/** Why other decoders did not fit; quiet, for most often nobody asks. */
function Failures({ field }: { field: ShownField }) {
  if (field.failures.length === 0) return null;
  return (
    <details className="text-muted mb-1.5 text-xs">
      <summary className="hover:text-text w-fit">
        Why it is not {field.failures.map(({ decoder }) => DECODER_WORDS[decoder]).join(", ")}
      </summary>
      <ul className="mt-1 flex flex-col gap-0.5 pl-4">
        {field.failures.map(({ decoder, reason }, index) => (
          <li key={index}>
            {DECODER_WORDS[decoder]}: {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Masked({ noun, paths }: { noun: string; paths: readonly string[] }) {
  return (
    <p className="text-muted mb-1.5 flex items-start gap-1.5 text-xs">
      <EyeOff aria-hidden size={13} className="mt-0.5 shrink-0" />
      {paths.includes(noun)
        ? `A masking rule hides the ${noun}.`
        : `Masking rules hide ${paths.map((path) => path.slice(noun.length).replace(/^\./, "")).join(", ")}.`}
    </p>
  );
}

interface ContentProps {
  field: ShownField;
  label: string;
  noun: string;
  maxHeight: string | undefined;
}

function Content({ field, label, noun, maxHeight }: ContentProps) {
  const height = maxHeight === undefined ? {} : { maxHeight };
  if (field.sizeBytes === 0) return <p className="text-muted text-sm">The {noun} is empty: 0 bytes.</p>;
  if (field.decoder === "hex") return <HexView hex={field.text} label={label} {...height} />;
  if (GIVES_JSON.has(field.decoder) && !field.cut)
    return <JsonView text={field.text} label={label} {...height} />;
  return <CodeBlock code={field.text} label={label} wrap {...height} />;
}
