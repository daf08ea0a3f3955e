"use client";

import { clsx } from "clsx";

import type { HeaderForm, ShownHeader } from "#lib/domain/records/record.ts";

import { CopyButton } from "./copy-button.tsx";
import { formatQuantity } from "./format-quantity.ts";
import { Link } from "./link.tsx";

interface RecordHeadersProps {
  headers: readonly ShownHeader[];
  /** Names of fields that a masking rule replaced (`header.authorization`). */
  masked?: readonly string[];
  /** Where a header's value leads; null or left out: nowhere. */
  hrefOf?: (header: ShownHeader) => string | null;
}

const FORM_WORDS: Record<HeaderForm, string> = {
  text: "text",
  int: "4-byte number",
  long: "8-byte number",
  hex: "bytes, hex",
};

/** The headers of a record in their order, names repeated where the record repeats them. */
export function RecordHeaders({ headers, masked = [], hrefOf }: RecordHeadersProps) {
  if (headers.length === 0) return <p className="text-muted text-sm">The record carries no headers.</p>;
  const seen = new Map<string, number>();
  for (const { name } of headers) seen.set(name, (seen.get(name) ?? 0) + 1);
  return (
    <table aria-label="Headers" className="w-full table-fixed text-xs">
      <thead className="sr-only">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
          <th scope="col">Form</th>
        </tr>
      </thead>
      <tbody>
        {headers.map((header, index) => (
          <tr key={index} className="group/header border-line border-b align-top last:border-b-0">
            <th scope="row" className="w-2/5 py-1.5 pr-3 text-left font-normal break-words">
              <code className="text-muted">{header.name === "" ? "(empty name)" : header.name}</code>
              {(seen.get(header.name) ?? 0) > 1 && (
                <span className="text-muted ml-1.5" title="The record has this name more than once.">
                  {placeOf(headers, index)}
                </span>
              )}
            </th>
            <td className="py-1.5 break-words">
              <HeaderValue
                header={header}
                href={hrefOf?.(header) ?? null}
                masked={masked.includes(`header.${header.name}`)}
              />
            </td>
            <td className="w-28 py-1 pl-2 text-right">
              <span className="text-muted">
                {header.value === null
                  ? ""
                  : header.value.form === "text"
                    ? formatQuantity("bytes", header.value.sizeBytes)
                    : FORM_WORDS[header.value.form]}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The second of a name reads `#2`: of headers that repeat on each hop the last counts. */
function placeOf(headers: readonly ShownHeader[], index: number): string {
  const name = headers[index]?.name;
  return `#${headers.slice(0, index + 1).filter((each) => each.name === name).length}`;
}

/** A value of this many characters or lines is longer than the room it is given, however narrow that is. */
const LONG_CHARACTERS = 120;
const LONG_LINES = 6;

/** A long value, a stack say, scrolls in its place, and takes focus so that the keyboard can scroll it. */
function scrolling(name: string, text: string) {
  if (text.length < LONG_CHARACTERS && text.split("\n").length < LONG_LINES) return { className: "min-w-0" };
  return { className: "max-h-40 min-w-0 overflow-y-auto", tabIndex: 0, role: "group", "aria-label": name };
}

interface HeaderValueProps {
  header: ShownHeader;
  href: string | null;
  masked: boolean;
}

function HeaderValue({ header: { name, value }, href, masked }: HeaderValueProps) {
  if (value === null) return <em className="text-muted">null</em>;
  if (masked) {
    return (
      <span className="text-muted" title="A masking rule hides this.">
        {value.text}
      </span>
    );
  }
  if (value.text === "") return <em className="text-muted">empty</em>;
  const text = <code className={clsx("break-all whitespace-pre-wrap")}>{value.text}</code>;
  return (
    <span className="flex items-start gap-1">
      <span {...scrolling(name, value.text)}>
        {href === null ? (
          text
        ) : (
          <Link href={href} className="text-accent underline underline-offset-3">
            {text}
          </Link>
        )}
        {value.cut && <span className="text-muted"> … cut</span>}
      </span>
      <span className="-my-0.5 shrink-0 opacity-0 group-focus-within/header:opacity-100 group-hover/header:opacity-100">
        <CopyButton text={() => value.text} what={`header ${name}`} />
      </span>
    </span>
  );
}
