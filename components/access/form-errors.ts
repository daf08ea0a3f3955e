import type { ApiError } from "#lib/client/call.ts";

/** What a form shows of a failed call: words at fields, and a failure of the whole where no field carries it. */
export interface FormErrors<Field extends string> {
  readonly fields: Partial<Record<Field, string>>;
  readonly whole: { title: string; detail: string; requestId: string | undefined } | undefined;
}

interface FormErrorsInput<Field extends string> {
  readonly error: ApiError | null;
  /** The fields of the form, as the API names them. */
  readonly names: readonly Field[];
  /** The title where the whole failed: "The user was not created." */
  readonly title: string;
  /** Codes that speak of one field: `user_exists` of the email. */
  readonly codes?: Readonly<Record<string, Field>>;
}

/** Sorts a failure to the fields it speaks of; what no field of the form carries is told of the whole. */
export function formErrors<Field extends string>({
  error,
  names,
  title,
  codes = {},
}: FormErrorsInput<Field>): FormErrors<Field> {
  if (error === null) return { fields: {}, whole: undefined };
  const fields: Partial<Record<Field, string>> = {};
  const coded = codes[error.code];
  if (coded !== undefined) fields[coded] = error.message;
  for (const { name, reason } of error.invalidParams) {
    const field = names.find((each) => each === name);
    if (field !== undefined) fields[field] = reason;
  }
  if (Object.keys(fields).length > 0) return { fields, whole: undefined };
  return { fields, whole: { title, detail: error.message, requestId: error.requestId } };
}
