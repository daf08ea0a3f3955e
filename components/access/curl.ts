/** One call as a command line. */
interface CurlInput {
  readonly method: string;
  /** With the host; placeholders such as `{cluster}` stay as they are. */
  readonly url: string;
  /** The bearer token, or a shell variable such as `$SLUICE_TOKEN`; null for a call that needs none. */
  readonly token: string | null;
  /** JSON of the body. */
  readonly body?: string | undefined;
}

/** Quotes for a POSIX shell; text with a `$VARIABLE` stays in double quotes so that it is filled in. */
function quoted(text: string): string {
  return /^[^"\\`!]*\$[A-Z_]+$/.test(text) ? `"${text}"` : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The command that makes the call, one option a line. `--globoff`: curl reads braces in a URL as a pattern. */
export function curlOf({ method, url, token, body }: CurlInput): string {
  const parts = [
    ...(token === null ? [] : [`--header ${quoted(`authorization: Bearer ${token}`)}`]),
    ...(body === undefined ? [] : [`--header 'content-type: application/json'`, `--data ${quoted(body)}`]),
    quoted(url),
  ];
  const verb = method === "GET" ? "" : ` --request ${method}`;
  const braces = /[{}[\]]/.test(url) ? " --globoff" : "";
  return [`curl --fail-with-body${braces}${verb}`, ...parts].join(" \\\n  ");
}
