import { formatCount, formatDuration, formatQuantity } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";

import type { SearchView } from "./search-runner.ts";

/** One sentence on how a search stands, and its tone. */
export interface SearchVerdict {
  sentence: string;
  tone: Tone;
}

interface Told {
  view: SearchView;
  live: boolean;
  /** Nothing but the place was asked for: every record counts as found. */
  unfiltered: boolean;
}

const quiet = (sentence: string): SearchVerdict => ({ sentence, tone: "neutral" });
const records = (count: number): string => `${formatCount(count)} ${count === 1 ? "record" : "records"}`;

/** searchVerdict says how a search stands: what was found, in how much, and why it ended. */
export function searchVerdict({ view, live, unfiltered }: Told): SearchVerdict {
  const found = view.records.length + view.waiting;
  switch (view.state) {
    case "idle":
      return quiet("Choose a topic: its newest records show at once.");
    case "asking":
      return quiet("Asking the brokers.");
    case "queued":
      return quiet(
        view.place === 0
          ? "This search is next: others run."
          : `${formatCount(view.place)} ${view.place === 1 ? "search waits" : "searches wait"} before this one.`,
      );
    case "running":
      if (live)
        return quiet(
          found === 0 ? "Waiting for records to come." : `${records(found + view.dropped)} came so far.`,
        );
      return quiet(`${records(found)} found so far.`);
    case "failed":
      return {
        tone: "critical",
        sentence: `The search broke off: ${view.error?.message ?? "the reason is not known."}`,
      };
    case "ended":
      return endVerdict(view, { found, live, unfiltered });
  }
}

function endVerdict(
  view: SearchView,
  { found, live, unfiltered }: { found: number; live: boolean; unfiltered: boolean },
): SearchVerdict {
  const looked = view.before.records + (view.progress?.records ?? 0);
  const elapsedMs = view.before.elapsedMs + (view.progress?.elapsedMs ?? 0);
  const among = `${records(found)} found in ${formatCount(looked)}`;
  switch (view.end?.reason) {
    case "end":
      if (unfiltered)
        return quiet(found === 0 ? "There are no records here." : `All ${records(found)} are shown.`);
      return quiet(`${among}: everything was looked at.`);
    case "hits":
      return quiet(
        unfiltered ? `${records(found)} are shown; there may be more.` : `${among}; there may be more.`,
      );
    case "records":
      return quiet(`${among}: the greatest number of records for one search. Continue to look further.`);
    case "bytes":
      return quiet(
        `${among}: ${formatQuantity("bytes", view.before.bytes + (view.progress?.bytes ?? 0))} were read. Continue to look further.`,
      );
    case "seconds":
      return quiet(`${among} within ${formatDuration(elapsedMs)}. Continue to look further.`);
    case "cancelled":
      return quiet(live ? `Stopped: ${records(found + view.dropped)} came.` : `Stopped: ${among}.`);
    case "deadline":
      return {
        tone: "warning",
        sentence: view.end.sentence ?? "A condition took too long, and the search was ended.",
      };
    case "failed":
      return { tone: "critical", sentence: view.end.sentence ?? "The search failed." };
    case undefined:
      return quiet(`${records(found)} found.`);
  }
}
