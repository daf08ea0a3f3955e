"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { showToast } from "#components/ui/show-toast.tsx";
import { mutation } from "#lib/client/query.ts";
import { updateUser } from "#lib/contracts/access.ts";
import type { User } from "#lib/domain/access/user.ts";

import { ROLE_OPTIONS } from "./role-words.ts";
import { refusalOf } from "./user-refusal.ts";

interface ChangeRoleDialogProps {
  user: User;
  /** The user is the one who looks. */
  self: boolean;
  onClose: () => void;
}

/** Gives a user another role; their sessions end, so that it holds at once. */
export function ChangeRoleDialog({ user, self, onClose }: ChangeRoleDialogProps) {
  const [role, setRole] = useState(user.role);
  const update = useMutation(mutation(updateUser));
  const save = () => {
    update.mutate(
      { params: { id: user.id }, body: { role } },
      {
        onSuccess: () => {
          showToast({ tone: "ok", title: `${user.name} has the role ${role}` });
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="sm"
      title={`Role of ${user.name}`}
      description={`${self ? "You are" : `${user.name} is`} signed out everywhere and signed in again with the new role. API tokens follow it at once.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" disabled={role === user.role} busy={update.isPending} onClick={save}>
            {role === user.role ? "Change role" : `Change role to ${role}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {update.error && <ErrorState look="inline" {...refusalOf(update.error, user)} />}
        <Field label="Role">
          <Select value={role} options={ROLE_OPTIONS} onValueChange={setRole} />
        </Field>
      </div>
    </Dialog>
  );
}
