import type { DialectId } from "#lib/domain/dead-letters/dead-letter.ts";

/** A record to send to an application that fails on it. */
interface SentRecord {
  topic: string;
  partition: number;
  key: string;
  value: Buffer | null;
  headers?: Record<string, string>;
}

/** Where a record was written: what its dead letter must tell. */
export interface SentPlace {
  topic: string;
  partition: number;
  /** Decimal. */
  offset: string;
  /** Its timestamp, epoch ms. */
  at: number;
}

/** What the dead letter of a record must read as, by the application's own code and settings. */
export interface ExpectedLetter {
  /** The dead-letter topic it must come to. */
  topic: string;
  key: string;
  /** Told of the record as it was first written; `from` is the copy that failed last, null where it is not told. */
  envelope: Record<string, unknown>;
  /** Takes `from` from the dead letter of the same key in another topic. */
  fromLetterOf?: string;
  /** The first frame of the application's own. */
  frame: string | null;
  /** The group as the broker must know it, also where headers do not tell it. */
  groupOnBroker: string;
}

/** One application, its settings and what is sent to it. */
export interface FrameworkRun {
  /** The fixture's name. */
  name: string;
  dialect: DialectId;
  /** The Maven project beside this file. */
  project: "spring" | "cloud-stream" | "streams" | "connect";
  mainClass: string;
  /** Files to write into the working folder, by name. */
  files?: (brokers: string, dir: string) => Record<string, string>;
  args: (brokers: string, dir: string) => string[];
  /** Jars whose versions the fixture names. */
  artifacts: string[];
  topics: string[];
  sent: SentRecord[];
  expected: ExpectedLetter[];
}
