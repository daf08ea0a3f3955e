/** What the processed-event tables of a cluster tell of one group. */
export type ProcessedEvents =
  /** Those of the asked ids that the group has processed. */
  { state: "known"; processed: ReadonlySet<string> } | { state: "unknown"; reason: string };

/** ProcessedLookup asks the users' databases what a group has processed; it never writes and never throws. */
export interface ProcessedLookup {
  /** Which of the event ids the group has processed, any number. */
  processed(
    asked: { cluster: string; group: string; eventIds: readonly string[] },
    signal: AbortSignal,
  ): Promise<ProcessedEvents>;
  /** Whether a table knows the group, and so swallows what it knows. */
  dedups(asked: { cluster: string; group: string }, signal: AbortSignal): Promise<"yes" | "unknown">;
  close(): Promise<void>;
}
