/** inputText writes a step's input for the editor. */
export function inputText(input: unknown): string {
  return JSON.stringify(input ?? null, null, 2);
}

/** faultOfInput says why a text cannot be an input; null where it can. */
export function faultOfInput(text: string): string | null {
  if (text.trim() === "") return "Write JSON: the step needs an input.";
  try {
    return JSON.parse(text) === null ? "null is no input: it would keep the one that the step has." : null;
  } catch (error) {
    if (error instanceof SyntaxError) return `This is no JSON: ${error.message}`;
    throw error;
  }
}

/** editedInput is the input to send where it was changed; undefined where the step keeps the one that it has. */
export function editedInput(text: string, before: unknown): unknown {
  if (faultOfInput(text) !== null) return undefined;
  const edited: unknown = JSON.parse(text);
  return JSON.stringify(edited) === JSON.stringify(before) ? undefined : edited;
}
