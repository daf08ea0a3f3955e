import { formatCount, formatDuration } from "#components/ui/format-quantity.ts";
import { paths } from "#lib/contracts/paths.ts";
import { partsOfSagaId, type StuckEvidence } from "#lib/domain/sagas/saga.ts";

import { shortSagaId } from "./saga-words.ts";

/** evidenceLink is where a piece of evidence stands, and what it is called. */
export function evidenceLink(evidence: StuckEvidence): { href: string; words: string } {
  switch (evidence.kind) {
    case "dead-letter":
      return { href: paths.deadLetter(evidence.cluster, evidence.id), words: "the dead letter" };
    case "group":
      return {
        href: paths.group(evidence.cluster, evidence.group),
        words: `group ${evidence.group}${lagWords(evidence)}`,
      };
    case "record":
      return {
        href: paths.record(evidence.cluster, evidence),
        words: `record ${evidence.topic} ${evidence.partition} at ${formatCount(evidence.offset)}`,
      };
    case "topic":
      return { href: paths.topic(evidence.cluster, evidence.topic), words: `topic ${evidence.topic}` };
    case "saga": {
      const parts = partsOfSagaId(evidence.id);
      return {
        href: paths.saga(evidence.id),
        words: parts === null ? "another saga" : `saga ${parts.type} ${shortSagaId(parts.sagaId)}`,
      };
    }
  }
}

function lagWords({ lag, levelInMs }: Extract<StuckEvidence, { kind: "group" }>): string {
  if (lag === null) return "";
  const level = levelInMs === null ? "" : `, level in ${formatDuration(levelInMs)}`;
  return ` (${formatCount(lag)} records behind${level})`;
}
