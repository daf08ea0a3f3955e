/** What a value is made into. */
export type ValueChange = "none" | "patch" | "script";

/** Where a range begins or ends, as it is written: `value` is an offset, or a time of `<input type="datetime-local">`. */
export interface EdgeDraft {
  kind: "start" | "end" | "offset" | "time";
  value: string;
}

/** What was written into the form of a job, as text; kept in this tab until the job is started. */
export interface JobDraft {
  name: string;
  description: string;
  /** What copies of ranges are for. */
  purpose: "republish" | "replay";
  topics: string[];
  /** Such as `0, 2, 5-7`, for one topic; empty is all. */
  partitions: string;
  from: EdgeDraft;
  to: EdgeDraft;
  /** One a line; empty is all. */
  keys: string;
  eventTypes: string;
  setHeaders: { name: string; value: string }[];
  /** Names, one a line. */
  dropHeaders: string;
  value: ValueChange;
  patch: string;
  script: string;
  newEventId: boolean;
  target: "way-in" | "source" | "topic" | "shadow" | "group";
  /** null is the group that gave up on the dead letters. */
  group: string | null;
  topic: string;
  /** The last part of the names of shadow topics. */
  shadow: string;
  rate: string;
  canary: boolean;
  stopPercent: string;
  windowed: boolean;
  /** `09:30`, UTC. */
  windowFrom: string;
  windowTo: string;
  stale: "hold" | "send";
  times: "new" | "kept";
  processed: "send" | "leave-out";
}

/** The fields that can be wrong, by the step they stand on. */
export const STEP_FIELDS = {
  what: ["topics", "partitions", "from", "to", "headers", "patch", "script"],
  where: ["target", "group", "topic", "shadow", "rate", "stopPercent", "window"],
} as const;
type Fault = (typeof STEP_FIELDS)[keyof typeof STEP_FIELDS][number];
export type Faults = Partial<Record<Fault, string>>;

/** PATCH_EXAMPLE and SCRIPT_EXAMPLE are offered where nothing is written yet. */
export const PATCH_EXAMPLE = `[
  { "op": "replace", "path": "/currency", "value": "EUR" },
  { "op": "remove", "path": "/legacyId" }
]`;
export const SCRIPT_EXAMPLE = `// record.key, record.value (parsed where it is JSON), record.headers
if (record.value.currency === "EURO") record.value.currency = "EUR";
// null leaves the record out
return record;`;

/** newDraft is the form as it opens: a redrive to the group's own way in, or a copy of a topic to another. */
export function newDraft(of: "dead-letters" | "records", range: Partial<JobDraft> = {}): JobDraft {
  return {
    name: "",
    description: "",
    purpose: "republish",
    topics: [],
    partitions: "",
    from: { kind: "start", value: "" },
    to: { kind: "end", value: "" },
    keys: "",
    eventTypes: "",
    setHeaders: [],
    dropHeaders: "",
    value: "none",
    patch: "",
    script: "",
    newEventId: false,
    target: of === "dead-letters" ? "way-in" : "topic",
    group: null,
    topic: "",
    shadow: "trial",
    rate: "50",
    canary: of === "dead-letters",
    stopPercent: "10",
    windowed: false,
    windowFrom: "22:00",
    windowTo: "06:00",
    stale: "hold",
    times: "new",
    processed: "send",
    ...range,
  };
}
