"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { mutation } from "#lib/client/query.ts";
import { createUser } from "#lib/contracts/access.ts";
import type { Role } from "#lib/domain/access/role.ts";

import { emailFault, nameFault, passwordFault } from "./account-rules.ts";
import { formErrors } from "./form-errors.ts";
import { HandedOver } from "./handed-over.tsx";
import { NewPasswordField } from "./new-password-field.tsx";
import { ROLE_OPTIONS } from "./role-words.ts";

const NAMES = ["email", "name", "role", "password"] as const;
interface Values {
  email: string;
  name: string;
  role: Role;
  password: string;
}
const BLANK: Values = { email: "", name: "", role: "viewer", password: "" };

interface CreateUserDialogProps {
  onClose: () => void;
}

/** Creates a user with a first password, then shows that password once more to hand over. */
export function CreateUserDialog({ onClose }: CreateUserDialogProps) {
  const form = useId();
  const [values, setValues] = useState(BLANK);
  const [tried, setTried] = useState(false);
  const create = useMutation(mutation(createUser));
  const change = (part: Partial<Values>) => {
    setValues({ ...values, ...part });
  };
  const faults = {
    email: emailFault(values.email),
    name: nameFault(values.name),
    role: undefined,
    password: passwordFault(values.password),
  };
  const refused = formErrors({
    error: create.error,
    names: NAMES,
    title: "The user was not created.",
    codes: { user_exists: "email" },
  });
  const wrong = (name: keyof Values) => (tried ? (faults[name] ?? refused.fields[name]) : undefined);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.values(faults).some((fault) => fault !== undefined)) return;
    create.mutate({ body: { ...values, email: values.email.trim(), name: values.name.trim() } });
  };
  const done = create.data;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={done ? `${done.name} may sign in` : "Create a user"}
      description={
        done
          ? `As ${done.email}, with the role ${done.role}.`
          : "They sign in with this email and a first password that you hand over."
      }
      footer={
        done ? (
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" form={form} variant="primary" busy={create.isPending}>
              Create user
            </Button>
          </>
        )
      }
    >
      {done ? (
        <HandedOver
          label={`password of ${done.email}`}
          secret={values.password}
          advice="Only its hash is stored. Hand it over on a way that others do not read."
        />
      ) : (
        <form
          id={form}
          onSubmit={submit}
          noValidate
          aria-label="Create a user"
          className="flex flex-col gap-4"
        >
          {refused.whole && <ErrorState look="inline" {...refused.whole} />}
          <Field label="Email" error={wrong("email")}>
            <Input
              type="email"
              name="email"
              autoComplete="off"
              value={values.email}
              onChange={(event) => {
                change({ email: event.target.value });
              }}
            />
          </Field>
          <Field label="Name" error={wrong("name")}>
            <Input
              name="name"
              autoComplete="off"
              value={values.name}
              onChange={(event) => {
                change({ name: event.target.value });
              }}
            />
          </Field>
          <Field label="Role" error={wrong("role")}>
            <Select
              value={values.role}
              options={ROLE_OPTIONS}
              onValueChange={(role) => {
                change({ role });
              }}
            />
          </Field>
          <NewPasswordField
            label="First password"
            value={values.password}
            error={wrong("password")}
            onValueChange={(password) => {
              change({ password });
            }}
          />
        </form>
      )}
    </Dialog>
  );
}
