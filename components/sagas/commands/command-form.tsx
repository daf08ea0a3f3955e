"use client";

import { ReasonField } from "#components/layout/reason-field.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

import { InputField } from "./input-field.tsx";

/** What a person writes before a command is sent. */
export interface CommandDraft {
  readonly reason: string;
  /** The saga's id, where it is asked for. */
  readonly typed: string;
  /** JSON text. */
  readonly input: string;
}

interface CommandFormProps {
  draft: CommandDraft;
  onChange: (draft: CommandDraft) => void;
  asks: {
    /** Whether the input may be edited. */
    edits: boolean;
    /** What must be typed; null where nothing. */
    typed: string | null;
    /** Whether it was tried to go on. */
    tried: boolean;
  };
}

/** The fields of a command: the input where it may be edited, the id where it must be typed, and the reason. */
export function CommandForm({ draft, onChange, asks: { edits, typed, tried } }: CommandFormProps) {
  const wrong = typed !== null && draft.typed.trim() !== typed;
  return (
    <>
      {edits && <InputField value={draft.input} onChange={(input) => onChange({ ...draft, input })} />}
      {typed !== null && (
        <Field
          label="Id of the saga"
          hint={`It is past its point of no return. Type ${typed} to go on.`}
          error={tried && wrong ? `Type ${typed}.` : undefined}
        >
          <Input
            mono
            autoComplete="off"
            spellCheck={false}
            value={draft.typed}
            onChange={(event) => onChange({ ...draft, typed: event.target.value })}
          />
        </Field>
      )}
      <ReasonField
        hint="Stands in the journal of the saga and in the audit."
        value={draft.reason}
        onChange={(reason) => onChange({ ...draft, reason })}
        tried={tried}
      />
    </>
  );
}
