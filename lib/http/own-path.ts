/** isOwnPath says whether `text` is a path of this console and cannot lead to another site. */
export function isOwnPath(text: string): boolean {
  return /^\/(?![/\\])/.test(text) && !text.startsWith("/api/");
}
