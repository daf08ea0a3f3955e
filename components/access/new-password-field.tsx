"use client";

import { Dices } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

import { generatePassword, PASSWORD_LEAST } from "./account-rules.ts";

interface NewPasswordFieldProps {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  error: string | undefined;
}

/** A password that an administrator sets for somebody: readable, or generated. */
export function NewPasswordField({ label, value, onValueChange, error }: NewPasswordFieldProps) {
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <Field label={label} error={error} hint={`${PASSWORD_LEAST} characters or more, of any kind.`}>
          <Input
            mono
            name="password"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={value}
            onChange={(event) => {
              onValueChange(event.target.value);
            }}
          />
        </Field>
      </div>
      <Button
        icon={Dices}
        className="mt-[25px]"
        onClick={() => {
          onValueChange(generatePassword());
        }}
      >
        Generate
      </Button>
    </div>
  );
}
