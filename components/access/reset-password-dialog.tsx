"use client";

import { useMutation } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { mutation } from "#lib/client/query.ts";
import { updateUser } from "#lib/contracts/access.ts";
import type { User } from "#lib/domain/access/user.ts";

import { passwordFault } from "./account-rules.ts";
import { HandedOver } from "./handed-over.tsx";
import { NewPasswordField } from "./new-password-field.tsx";
import { refusalOf } from "./user-refusal.ts";

interface ResetPasswordDialogProps {
  user: User;
  /** The user is the one who looks. */
  self: boolean;
  onClose: () => void;
}

/** Gives a user a new password, then shows it once more to hand over; their sessions end. */
export function ResetPasswordDialog({ user, self, onClose }: ResetPasswordDialogProps) {
  const form = useId();
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const update = useMutation(mutation(updateUser));
  const done = update.isSuccess && !self;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (passwordFault(password) !== undefined) return;
    update.mutate({ params: { id: user.id }, body: { password } });
  };
  const leave = self ? "You are signed out and sign in again with it." : "Their sessions end at once.";
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="sm"
      title={done ? `${user.name} has a new password` : `New password for ${user.name}`}
      description={
        done ? `Their sessions ended. They sign in as ${user.email}.` : `The old one stops working. ${leave}`
      }
      footer={
        done ? (
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" form={form} variant="primary" busy={update.isPending}>
              Set new password
            </Button>
          </>
        )
      }
    >
      {done ? (
        <HandedOver
          label={`password of ${user.email}`}
          secret={password}
          advice="Only its hash is stored. Hand it over on a way that others do not read."
        />
      ) : (
        <form
          id={form}
          onSubmit={submit}
          noValidate
          aria-label="New password"
          className="flex flex-col gap-4"
        >
          {update.error && <ErrorState look="inline" {...refusalOf(update.error, user)} />}
          <NewPasswordField
            label="New password"
            value={password}
            error={tried ? passwordFault(password) : undefined}
            onValueChange={setPassword}
          />
        </form>
      )}
    </Dialog>
  );
}
