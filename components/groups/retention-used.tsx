import { clsx } from "clsx";

import { TONE_TEXT } from "#components/ui/tone.ts";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";

import { NO_RETENTION, retentionWords, type RetentionFacts } from "./retention-words.ts";

/** The share of what Kafka keeps that is unread; when its first record may go stands on hover. */
export function RetentionUsed(facts: RetentionFacts) {
  const words = retentionWords(facts);
  if (words === null) return <UnknownDash reason={NO_RETENTION} />;
  return (
    <Tooltip content={words.why}>
      <span className={clsx("tabular", words.tone ? [TONE_TEXT[words.tone], "font-medium"] : undefined)}>
        {words.word}
      </span>
    </Tooltip>
  );
}
