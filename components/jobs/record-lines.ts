import type { PreviewedSide } from "#lib/domain/jobs/job-plan.ts";

/** recordLines writes a record as lines for a diff: its key, its value, then a line a header in their order. */
export function recordLines({ key, value, headers }: PreviewedSide): string[] {
  return [
    `key: ${key ?? "null"}`,
    ...(value === null ? ["value: null"] : pretty(value).split("\n")),
    ...headers.map(({ name, value: text }) => `${name}: ${text ?? "null"}`),
  ];
}

/** JSON over several lines; anything else as it is. */
function pretty(value: string): string {
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}
