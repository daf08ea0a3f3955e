/**
 * encodeSegment makes one path segment of any id. Group ids are opaque to Kafka: `a/b`, `..`, the empty string
 * and `%` are all legal. URL parsers resolve `.` and `..` even when percent-encoded, so these, the empty id and
 * ids that begin with `~` get a leading `~`, which {@link decodeSegment} takes away.
 */
export function encodeSegment(id: string): string {
  return encodeURIComponent(/^(?:~.*|\.{0,2})$/s.test(id) ? `~${id}` : id);
}

/** decodeSegment reverses {@link encodeSegment} on a raw segment; a malformed one is null. */
export function decodeSegment(raw: string): string | null {
  try {
    return unmarkSegment(decodeURIComponent(raw));
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** unmarkSegment takes the `~` mark off a segment that a router has already percent-decoded. */
export function unmarkSegment(decoded: string): string {
  return decoded.startsWith("~") ? decoded.slice(1) : decoded;
}

/** fillPath puts encoded parameters into an endpoint's path template. */
export function fillPath(template: string, params: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`The path ${template} needs the parameter ${name}.`);
    return encodeSegment(value);
  });
}

const cluster = (id: string): string => `/clusters/${encodeSegment(id)}`;

const offsetResets = (clusterId: string, group: string): string =>
  `${cluster(clusterId)}/groups/${encodeSegment(group)}/offset-resets`;

/** paths builds every href of the console; nothing else may. */
export const paths = {
  home: () => "/",
  signIn: () => "/sign-in",
  overview: (clusterId: string) => cluster(clusterId),
  groups: (clusterId: string) => `${cluster(clusterId)}/groups`,
  group: (clusterId: string, group: string) => `${cluster(clusterId)}/groups/${encodeSegment(group)}`,
  offsetResets: (clusterId: string, group: string) => offsetResets(clusterId, group),
  /** The form of a new reset; `to` chooses the target. */
  newOffsetReset: (clusterId: string, group: string, to?: string) =>
    `${offsetResets(clusterId, group)}/new${to === undefined ? "" : `?to=${encodeURIComponent(to)}`}`,
  offsetReset: (clusterId: string, group: string, id: string) =>
    `${offsetResets(clusterId, group)}/${encodeSegment(id)}`,
  topics: (clusterId: string) => `${cluster(clusterId)}/topics`,
  topic: (clusterId: string, topic: string) => `${cluster(clusterId)}/topics/${encodeSegment(topic)}`,
  /** The records of topics; `topic` chooses one. */
  records: (clusterId: string, topic?: string) =>
    `${cluster(clusterId)}/records${topic === undefined ? "" : `?topic=${encodeURIComponent(topic)}`}`,
  /** A search of records as the page keeps it in its address. */
  recordSearch: (clusterId: string, query: Readonly<Record<string, string>>) =>
    `${cluster(clusterId)}/records?${new URLSearchParams(query).toString()}`,
  record: (clusterId: string, of: { topic: string; partition: number; offset: bigint }) =>
    `${cluster(clusterId)}/records/${encodeSegment(of.topic)}/${of.partition}/${of.offset}`,
  /** The causes of dead letters; `topic` narrows them to one dead-letter topic. */
  deadLetters: (clusterId: string, topic?: string) =>
    `${cluster(clusterId)}/dead-letters${topic === undefined ? "" : `?topic=${encodeURIComponent(topic)}`}`,
  deadLetterTopics: (clusterId: string) => `${cluster(clusterId)}/dead-letters/topics`,
  deadLetterCause: (clusterId: string, id: string) =>
    `${cluster(clusterId)}/dead-letters/causes/${encodeSegment(id)}`,
  deadLetter: (clusterId: string, id: string) => `${cluster(clusterId)}/dead-letters/${encodeSegment(id)}`,
  jobs: (clusterId: string) => `${cluster(clusterId)}/jobs`,
  /** The form of a new job; `from` names what it copies. */
  newJob: (clusterId: string, from: Readonly<Record<string, string>> = {}) =>
    `${cluster(clusterId)}/jobs/new?${new URLSearchParams(from).toString()}`,
  job: (clusterId: string, number: number) => `${cluster(clusterId)}/jobs/${number}`,
  sagas: (query: Readonly<Record<string, string>> = {}) => {
    const asked = new URLSearchParams(query).toString();
    return asked === "" ? "/sagas" : `/sagas?${asked}`;
  },
  /** One saga, by the console's own id. */
  saga: (id: string) => `/sagas/${encodeSegment(id)}`,
  sagaDefinitions: () => "/sagas/definitions",
  sagaDefinition: (source: string, type: string) =>
    `/sagas/definitions/${encodeSegment(source)}/${encodeSegment(type)}`,
  sagaCommands: (batch: string) => `/sagas/commands/${encodeSegment(batch)}`,
  brokers: (clusterId: string) => `${cluster(clusterId)}/brokers`,
  settings: () => "/settings",
  settingsClusters: () => "/settings/clusters",
  settingsUsers: () => "/settings/users",
  settingsTokens: () => "/settings/tokens",
  apiReference: () => "/settings/api",
} as const;
