/** A message is compared by its first 4,000 characters and kept to 300. */
const READ_CHARS = 4_000;
const KEPT_CHARS = 300;

/**
 * What differs from record to record, and what stands for it; in this order, for the later ones eat the earlier. A
 * third entry is a text without which the pattern cannot match: most messages hold few of them.
 */
const REPLACEMENTS: readonly (readonly [RegExp, string, string?])[] = [
  [/\s+/g, " "],
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>)\]]+/gi, "<url>", "://"],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g, "<email>", "@"],
  [/\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z| ?[+-]\d\d:?\d\d)?)?/g, "<time>"],
  [/"[^"]*"|`[^`]*`|“[^”]*”|«[^»]*»/g, "<text>"],
  // A single quote is an apostrophe too: it opens after a space or a bracket alone, and closes before no letter.
  [/(^|[\s([{=:,])'[^']*'(?![A-Za-z])/g, "$1<text>", "'"],
  [/(?<![\w<>#])(?:[A-Za-z]:)?(?:[/\\][\w.@~#-]+){2,}[/\\]?/g, "<path>"],
  [/\b0x[0-9a-f]+\b/gi, "#"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "#"],
  // Hexadecimal and other long ids: eight and more hex digits, or sixteen and more letters and digits mixed.
  [/\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, "#"],
  [/\b(?=[a-z_]*\d)\w{16,}\b/gi, "#"],
  [/\d+/g, "#"],
  // What has two runs of digits is an id (`a1b2`), and so is a chain of them (`#-#`, `#.#:#`).
  [/\w*#\w*#[\w#]*/g, "#", "#"],
  [/[+-]?#(?:[-.:,/_+]#)+/g, "#", "#"],
  [/(^|[\s([{=:,])[+-]#/g, "$1#", "#"],
];

/**
 * messageShape makes messages that differ in digits alone the same text, which is normalised to the same as they are:
 * no pattern tells one digit from another but for the zero of `0x`. Of the first 4,000 characters.
 */
export function messageShape(message: string): string {
  return message.slice(0, READ_CHARS).replace(/0(?![xX])|[2-9]/g, "1");
}

/**
 * normaliseMessage makes messages that differ in ids, numbers, times, addresses, paths and quoted values alone the
 * same text, of at most 300 characters; normalising it again changes nothing.
 */
export function normaliseMessage(message: string): string {
  let text = message.slice(0, READ_CHARS);
  // The cut may leave half of something; a few rounds at most settle it.
  for (let round = 0; round < 10; round++) {
    const next = cut(replaceAll(text));
    if (next === text) return text;
    text = next;
  }
  return text;
}

function replaceAll(text: string): string {
  return REPLACEMENTS.reduce(
    (result, [pattern, by, needs]) =>
      needs !== undefined && !result.includes(needs) ? result : result.replace(pattern, by),
    text,
  ).trim();
}

/** Cuts at a space where there is one near the end, else within a word; never within a placeholder or a character. */
function cut(text: string): string {
  if (text.length <= KEPT_CHARS) return text;
  const kept = text.slice(0, KEPT_CHARS).replace(/[\uD800-\uDBFF]$/, "");
  const space = kept.lastIndexOf(" ");
  return (space > KEPT_CHARS / 2 ? kept.slice(0, space) : kept.replace(/<[a-z]*$/, "")).trim();
}
