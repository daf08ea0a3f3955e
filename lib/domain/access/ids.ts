/** isUuid says whether `text` has the form of our ids. What has another form names nothing: unknown, not broken. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
