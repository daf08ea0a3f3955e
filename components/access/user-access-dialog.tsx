"use client";

import { useMutation } from "@tanstack/react-query";

import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { showToast } from "#components/ui/show-toast.tsx";
import { mutation } from "#lib/client/query.ts";
import { updateUser } from "#lib/contracts/access.ts";
import type { User } from "#lib/domain/access/user.ts";

import { refusalOf } from "./user-refusal.ts";

interface UserAccessDialogProps {
  user: User;
  /** The user is the one who looks. */
  self: boolean;
  onClose: () => void;
}

/** Disables a user, or lets a disabled one sign in again. */
export function UserAccessDialog({ user, self, onClose }: UserAccessDialogProps) {
  const disabling = user.disabledAt === null;
  const update = useMutation(mutation(updateUser));
  const refusal = update.error ? refusalOf(update.error, user) : undefined;
  const confirm = () => {
    update.mutate(
      { params: { id: user.id }, body: { disabled: disabling } },
      {
        onSuccess: () => {
          showToast({ tone: "ok", title: `${user.name} ${disabling ? "is disabled" : "may sign in again"}` });
          onClose();
        },
      },
    );
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={disabling ? `Disable ${user.name}?` : `Let ${user.name} sign in again?`}
      effect={
        disabling
          ? `${self ? "You are" : `${user.email} is`} signed out everywhere at once and cannot sign in; API tokens stop working. It can be undone.`
          : `${user.email} may sign in with the old password and the role ${user.role}; API tokens that have not expired work again.`
      }
      verb={disabling ? `Disable ${user.name}` : `Enable ${user.name}`}
      danger={disabling}
      busy={update.isPending}
      error={
        refusal && {
          title: refusal.title,
          detail: refusal.detail ?? refusal.next,
          requestId: refusal.requestId,
        }
      }
      onConfirm={confirm}
    />
  );
}
