import { RE2JS, RE2JSException } from "re2js";
import { SearchRefused } from "#lib/domain/records/search-refused.ts";

/** A pattern that is looked for in text; linear in the text. */
export type TextPattern = (text: string) => boolean;

/** A pattern's program may be this many instructions long: `(a{1000}){1000}` would take gigabytes. */
const LONGEST_PROGRAM = 20_000;

/** compilePattern compiles RE2 syntax. Throws SearchRefused with a sentence on what cannot be read. */
export function compilePattern(pattern: string): TextPattern {
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.programSize() > LONGEST_PROGRAM)
      throw new SearchRefused("filter_invalid", "The regular expression is too large.");
    return (text) => compiled.test(text);
  } catch (error) {
    if (error instanceof RE2JSException)
      throw new SearchRefused("filter_invalid", `The regular expression cannot be read: ${error.message}.`);
    throw error;
  }
}
