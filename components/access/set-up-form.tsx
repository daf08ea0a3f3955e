"use client";

import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { mutation } from "#lib/client/query.ts";
import { setUpFirstAdmin } from "#lib/contracts/access.ts";

import { emailFault, nameFault, passwordFault, PASSWORD_LEAST } from "./account-rules.ts";
import { formErrors } from "./form-errors.ts";
import { PasswordInput } from "./password-input.tsx";

const NAMES = ["setUpToken", "email", "name", "password"] as const;
const BLANK = { setUpToken: "", email: "", name: "", password: "" };

interface SetUpFormProps {
  /** The administrator exists; their email. */
  onDone: (email: string) => void;
}

/** Makes the first administrator by the one-time token. */
export function SetUpForm({ onDone }: SetUpFormProps) {
  const [values, setValues] = useState(BLANK);
  const [tried, setTried] = useState(false);
  const create = useMutation(mutation(setUpFirstAdmin));
  const set = (name: keyof typeof BLANK) => (value: string) => {
    setValues({ ...values, [name]: value });
  };
  const faults = {
    setUpToken: values.setUpToken.trim() === "" ? "Paste the token from the console's log." : undefined,
    email: emailFault(values.email),
    name: nameFault(values.name),
    password: passwordFault(values.password),
  };
  const refused = formErrors({
    error: create.error,
    names: NAMES,
    title: "The administrator was not created.",
    codes: { setup_token_invalid: "setUpToken" },
  });
  const wrong = (name: keyof typeof BLANK) => (tried ? (faults[name] ?? refused.fields[name]) : undefined);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.values(faults).some((fault) => fault !== undefined)) return;
    const body = {
      setUpToken: values.setUpToken.trim(),
      email: values.email.trim(),
      name: values.name.trim(),
      password: values.password,
    };
    create.mutate({ body }, { onSuccess: ({ email }) => onDone(email) });
  };
  return (
    <form onSubmit={submit} noValidate aria-label="Set up Sluice" className="flex flex-col gap-4">
      {refused.whole && <ErrorState look="inline" {...refused.whole} />}
      <Field
        label="Set-up token"
        error={wrong("setUpToken")}
        hint="A new one is written to the log at each start while nobody exists."
      >
        <TextInput mono name="setUpToken" value={values.setUpToken} onValueChange={set("setUpToken")} />
      </Field>
      <Field label="Email" error={wrong("email")}>
        <TextInput
          type="email"
          name="email"
          autoComplete="username"
          value={values.email}
          onValueChange={set("email")}
        />
      </Field>
      <Field label="Name" error={wrong("name")}>
        <TextInput name="name" autoComplete="name" value={values.name} onValueChange={set("name")} />
      </Field>
      <Field
        label="Password"
        error={wrong("password")}
        hint={`${PASSWORD_LEAST} characters or more, of any kind.`}
      >
        <PasswordInput
          name="password"
          autoComplete="new-password"
          value={values.password}
          onValueChange={set("password")}
        />
      </Field>
      <Button type="submit" variant="primary" busy={create.isPending} className="mt-1 w-full">
        Create the first administrator
      </Button>
    </form>
  );
}

interface TextInputProps {
  name: string;
  value: string;
  onValueChange: (value: string) => void;
  type?: "text" | "email";
  autoComplete?: string;
  mono?: boolean;
}

function TextInput({ value, onValueChange, autoComplete = "off", ...rest }: TextInputProps) {
  return (
    <Input
      {...rest}
      autoComplete={autoComplete}
      autoCapitalize="none"
      spellCheck={false}
      value={value}
      onChange={(event) => {
        onValueChange(event.target.value);
      }}
    />
  );
}
