import type { ReaderRole } from "#lib/domain/groups/group.ts";

/** What a group that reads on another one's behalf does. */
export const READER_WORDS: Record<ReaderRole, string> = {
  retry: "reads retries",
  redrive: "reads redriven records",
  "dead-letter": "reads dead letters",
};
