/** Why a search cannot be run: a condition that cannot be understood or is not allowed, or a foreign token. */
export type SearchRefusal = "filter_invalid" | "search_token_invalid";

/** SearchRefused says, in a sentence for people, why a search is not run. It quotes no record. */
export class SearchRefused extends Error {
  readonly code: SearchRefusal;
  /** The index of the term that is refused; null where no one term is. */
  readonly term: number | null;

  /** Tells by the name: in one Next process, and in threads, this module exists several times. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "SearchRefused";
  }

  constructor(code: SearchRefusal, message: string, term: number | null = null) {
    super(message);
    this.name = "SearchRefused";
    this.code = code;
    this.term = term;
  }
}
