import { paths } from "#lib/contracts/paths.ts";
import type { FilterTerm } from "#lib/domain/records/record-search.ts";
import { envelopeOf, type ShownHeader } from "#lib/domain/records/record.ts";

/** One id of the kit's envelope and the search that it leads to. */
export interface EnvelopeLink {
  /** "Correlation". */
  label: string;
  id: string;
  /** What the search finds. */
  hint: string;
  href: string;
}

interface Of {
  cluster: string;
  topics: readonly string[];
}

/** headerSearch is the address of a search, from the oldest record on, for one header's value. */
function headerSearch({ cluster, topics }: Of, name: string, value: string): string {
  const where: FilterTerm[] = [{ kind: "header", name, value }];
  return paths.recordSearch(cluster, {
    topic: topics.join(","),
    from: "oldest",
    where: JSON.stringify(where),
  });
}

/** envelopeLinks lead from a record of the kit to those of the same business event: by correlation, cause and effect. */
export function envelopeLinks(of: Of, headers: readonly ShownHeader[]): EnvelopeLink[] {
  const envelope = envelopeOf(headers);
  if (envelope === null) return [];
  const { correlationId, causationId, eventId } = envelope;
  const link = (label: string, id: string | null, [name, hint]: [string, string]): EnvelopeLink[] =>
    id === null || id === "" ? [] : [{ label, id, hint, href: headerSearch(of, name, id) }];
  return [
    ...link("Correlation", correlationId, ["correlation-id", "Records of the same correlation"]),
    ...link("Caused by", causationId, ["event-id", "The event that caused this one"]),
    ...link("Event", eventId, ["causation-id", "What this event caused"]),
  ];
}

/** headerHref is where a header of the envelope leads; null for any other. */
export function headerHref(of: Of, { name, value }: ShownHeader): string | null {
  if (value === null || value.form !== "text" || value.cut || value.text === "") return null;
  switch (name) {
    case "correlation-id":
      return headerSearch(of, "correlation-id", value.text);
    case "causation-id":
      return headerSearch(of, "event-id", value.text);
    case "event-id":
      return headerSearch(of, "causation-id", value.text);
    default:
      return null;
  }
}
