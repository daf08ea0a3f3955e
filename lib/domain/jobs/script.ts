/** A record as a script is given it and gives it back: texts, the value as JSON text where it is JSON. */
export interface ScriptRecord {
  key: string | null;
  value: string | null;
  /** Whether `value` is JSON text: the script sees it parsed, and what it gives back is written as JSON. */
  json: boolean;
  headers: { name: string; value: string | null }[];
}

/** What a script made of a record; a problem's sentence tells the line, never the record. */
export type ScriptOutcome =
  { kind: "record"; record: ScriptRecord } | { kind: "left-out" } | { kind: "problem"; sentence: string };

/** ScriptRunner runs one script over records, one at a time; nothing is left of a record when the next begins. */
export interface ScriptRunner {
  /** Never throws: what the script throws is a problem. */
  run(record: ScriptRecord): ScriptOutcome;
  close(): void;
}

/** Makes a {@link ScriptRunner}; null text of a problem where the code cannot be used, with its line. */
export type OpenScript = (
  code: string,
) => Promise<{ runner: ScriptRunner } | { problem: string; runner: null }>;
