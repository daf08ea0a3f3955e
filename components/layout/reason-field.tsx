import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { REASON_MAX, REASON_MIN } from "#lib/contracts/wire.ts";

interface ReasonFieldProps {
  label?: string;
  /** Where the reason will stand. */
  hint: string;
  value: string;
  onChange: (reason: string) => void;
  /** Whether it was tried to go on: from then on what is wrong is said. */
  tried: boolean;
}

/** isReason says whether a text is reason enough for the API. */
export const isReason = (text: string): boolean => text.trim().length >= REASON_MIN;

/** Why something is done: asked for before everything that changes the world. */
export function ReasonField({ label = "Reason", hint, value, onChange, tried }: ReasonFieldProps) {
  return (
    <Field
      label={label}
      hint={hint}
      error={tried && !isReason(value) ? `Write why, in ${REASON_MIN} characters or more.` : undefined}
    >
      <Textarea
        rows={2}
        maxLength={REASON_MAX}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
