"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { mutation } from "#lib/client/query.ts";
import { createToken, getMe } from "#lib/contracts/access.ts";
import { roleAtMost, type Role } from "#lib/domain/access/role.ts";

import { nameFault } from "./account-rules.ts";
import { curlOf } from "./curl.ts";
import { formErrors } from "./form-errors.ts";
import { HandedOver } from "./handed-over.tsx";
import { ROLE_OPTIONS } from "./role-words.ts";

const EXPIRIES = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "365 days" },
] as const;
const NAMES = ["name", "role", "expiresInDays"] as const;

interface CreateTokenDialogProps {
  /** The role of the one who asks: a token's is at most that. */
  ownRole: Role;
  onClose: () => void;
}

/** Creates an API token, then shows its secret, this once. */
export function CreateTokenDialog({ ownRole, onClose }: CreateTokenDialogProps) {
  const form = useId();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [days, setDays] = useState<(typeof EXPIRIES)[number]["value"]>("90");
  const [tried, setTried] = useState(false);
  const create = useMutation(mutation(createToken));
  const refused = formErrors({ error: create.error, names: NAMES, title: "The token was not created." });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (nameFault(name) !== undefined) return;
    create.mutate({ body: { name: name.trim(), role, expiresInDays: Number(days) } });
  };
  const done = create.data;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={done ? `${done.token.name} is ready` : "Create an API token"}
      description={
        done
          ? `It has the role ${done.token.role} and works for ${EXPIRIES.find(({ value }) => value === days)?.label ?? "a while"}.`
          : "A script sends it as a bearer token. It acts as you, and never may more than you."
      }
      footer={
        done ? (
          <Button variant="primary" onClick={onClose}>
            I have copied it
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" form={form} variant="primary" busy={create.isPending}>
              Create token
            </Button>
          </>
        )
      }
    >
      {done ? (
        <div className="flex flex-col gap-3">
          <HandedOver
            label="token"
            secret={done.secret}
            advice="Only its hash is stored. Copy it now to where the script reads it from."
          />
          <CodeBlock
            label="try it"
            wrap
            code={curlOf({
              method: getMe.method,
              url: `${window.location.origin}${getMe.path}`,
              token: done.secret,
            })}
          />
        </div>
      ) : (
        <form
          id={form}
          onSubmit={submit}
          noValidate
          aria-label="Create an API token"
          className="flex flex-col gap-4"
        >
          {refused.whole && <ErrorState look="inline" {...refused.whole} />}
          <Field
            label="Name"
            hint="What it is for: lag-exporter, ci."
            error={tried ? (nameFault(name) ?? refused.fields.name) : undefined}
          >
            <Input
              name="name"
              autoComplete="off"
              value={name}
              onChange={(event) => {
                setName(event.target.value);
              }}
            />
          </Field>
          <Field label="Role" error={refused.fields.role} hint={`At most your own, which is ${ownRole}.`}>
            <Select
              value={role}
              options={ROLE_OPTIONS.filter(({ value }) => roleAtMost(value, ownRole))}
              onValueChange={setRole}
            />
          </Field>
          <Field label="Works for" error={refused.fields.expiresInDays}>
            <Select value={days} options={EXPIRIES} onValueChange={setDays} />
          </Field>
        </form>
      )}
    </Dialog>
  );
}
