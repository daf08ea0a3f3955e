import { z } from "zod";

import type { Asked } from "#lib/client/call.ts";
import type { planJob } from "#lib/contracts/jobs.ts";

import type { Faults, JobDraft } from "./job-draft.ts";
import { linesOf } from "./range-draft.ts";

const pointer = z.string().regex(/^(\/.*)?$/s, "A path is empty or begins with /.");
const operations = z
  .array(
    z.discriminatedUnion(
      "op",
      [
        z.object({
          op: z.enum(["add", "replace", "test"]),
          path: pointer,
          value: z.json(),
        }),
        z.object({ op: z.literal("remove"), path: pointer }),
        z.object({ op: z.enum(["move", "copy"]), from: pointer, path: pointer }),
      ],
      "op is one of add, remove, replace, move, copy, test.",
    ),
    "A patch is a list of operations: [ … ].",
  )
  .min(1, "Write one operation at least.")
  .max(100, "A patch has 100 operations at most.");

/** A transform as the request of a plan takes it. */
type AskedTransform = Asked<typeof planJob>["body"]["transform"];

/** transformOf makes a transform of what was written, or says what is wrong with which field. */
export function transformOf(draft: JobDraft): { ok: AskedTransform } | { faults: Faults } {
  const set = draft.setHeaders.filter(({ name, value }) => name.trim() !== "" || value !== "");
  const value = valueOf(draft);
  const faults: Faults = {
    ...(set.some(({ name }) => name.trim() === "") ? { headers: "Each header that is set has a name." } : {}),
    ...("faults" in value ? value.faults : {}),
  };
  if ("faults" in value || Object.keys(faults).length > 0) return { faults };
  return {
    ok: {
      headers: {
        set: set.map(({ name, value: text }) => ({ name: name.trim(), value: text })),
        drop: linesOf(draft.dropHeaders),
      },
      value: value.ok,
      newEventId: draft.newEventId,
    },
  };
}

function valueOf({ value, patch, script }: JobDraft): { ok: AskedTransform["value"] } | { faults: Faults } {
  switch (value) {
    case "none":
      return { ok: { kind: "none" } };
    case "script":
      return script.trim() === ""
        ? { faults: { script: "Write a function body that returns the record." } }
        : { ok: { kind: "script", code: script } };
    case "patch": {
      const read = patchOf(patch);
      return "fault" in read
        ? { faults: { patch: read.fault } }
        : { ok: { kind: "patch", operations: read.operations } };
    }
  }
}

/** patchOf reads a JSON patch (RFC 6902), or says what is wrong and where. */
function patchOf(text: string): { operations: z.output<typeof operations> } | { fault: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { fault: text.trim() === "" ? "Write the operations." : `It is not JSON: ${error.message}.` };
  }
  const read = operations.safeParse(json);
  if (read.success) return { operations: read.data };
  const [issue] = read.error.issues;
  const at = typeof issue?.path[0] === "number" ? `Operation ${issue.path[0] + 1}: ` : "";
  const why =
    issue?.path.at(-1) === "value"
      ? "This operation needs a value."
      : (issue?.message ?? "It is not a JSON patch.");
  return { fault: `${at}${why}` };
}
