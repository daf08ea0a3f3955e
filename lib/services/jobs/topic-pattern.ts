import { RE2JS, RE2JSException } from "re2js";

/** Whether a pattern matches a topic; `unknown` where the pattern cannot be read here. */
type PatternMatch = "yes" | "no" | "unknown";

/**
 * TopicPatterns tells which topics a subscription by regular expression reads, as the brokers tell it: RE2/J, whose port
 * this is, over the topic's whole name. Its time grows with the name and not with the pattern's twists, so that nobody
 * who may subscribe can make it hang. Each pattern is compiled once.
 */
export class TopicPatterns {
  readonly #compiled = new Map<string, RE2JS | null>();

  match(pattern: string, topic: string): PatternMatch {
    const known = this.#compiled.get(pattern);
    const compiled = known === undefined ? compile(pattern) : known;
    if (known === undefined) this.#compiled.set(pattern, compiled);
    if (compiled === null) return "unknown";
    return compiled.matches(topic) ? "yes" : "no";
  }
}

function compile(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    // What the brokers took and this port does not is left unknown.
    if (error instanceof RE2JSException) return null;
    throw error;
  }
}
