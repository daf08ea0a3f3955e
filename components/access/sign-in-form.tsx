"use client";

import { signIn } from "next-auth/react";
import { useEffect, useRef, useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

import { emailFault } from "./account-rules.ts";
import { PasswordInput } from "./password-input.tsx";
import { signInRefusal } from "./sign-in-words.ts";

interface SignInFormProps {
  /** Where to go after signing in; a path of this console. */
  next: string;
  /** A refusal that led here, in next-auth's words. */
  error: string | undefined;
  /** Filled in beforehand. */
  email: string;
}

/** Email and password; a refusal keeps what was typed and says what to do. */
export function SignInForm({ next, error, email: known }: SignInFormProps) {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const [refusal, setRefusal] = useState(error);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);

  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // The first empty field takes the keyboard: signing in is all that this page is for.
    const empty = [...(form.current?.querySelectorAll("input") ?? [])].find(({ value }) => value === "");
    empty?.focus();
  }, []);

  const attempt = async () => {
    setBusy(true);
    setRefusal(undefined);
    const answer = await answerTo(email.trim(), password);
    if (answer === undefined) {
      // A full load: nothing that was read for somebody else stays in memory.
      window.location.assign(next);
      return;
    }
    setRefusal(answer);
    setBusy(false);
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (emailFault(email) === undefined && password !== "") void attempt();
  };

  return (
    <form ref={form} onSubmit={submit} noValidate aria-label="Sign in" className="flex flex-col gap-4">
      {refusal !== undefined && <ErrorState look="inline" {...signInRefusal(refusal)} />}
      <Field label="Email" error={tried ? emailFault(email) : undefined}>
        <Input
          type="email"
          name="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          value={email}
          onChange={(event) => {
            setEmail(event.target.value);
          }}
        />
      </Field>
      <Field label="Password" error={tried && password === "" ? "Write the password." : undefined}>
        <PasswordInput
          name="password"
          autoComplete="current-password"
          value={password}
          onValueChange={setPassword}
        />
      </Field>
      <Button type="submit" variant="primary" busy={busy} className="mt-1 w-full">
        Sign in
      </Button>
    </form>
  );
}

/** Tries to sign in: undefined when it went well, else next-auth's word for the refusal. */
async function answerTo(email: string, password: string): Promise<string | undefined> {
  try {
    const answer = await signIn("credentials", { redirect: false, email, password });
    if (answer === undefined) return "network_failed";
    return answer.ok && answer.error === null ? undefined : (answer.error ?? "internal_error");
  } catch (cause) {
    // next-auth's client throws what `fetch` and the reading of the answer throw.
    if (cause instanceof TypeError || cause instanceof SyntaxError) return "network_failed";
    throw cause;
  }
}
