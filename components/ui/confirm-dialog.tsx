"use client";

import type { ReactNode } from "react";

import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { ErrorState } from "./error-state.tsx";

interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The question with the thing's name: "Revoke token ci-reader?" */
  title: string;
  /** What will happen, before it does. */
  effect: ReactNode;
  /** The verb and the thing: "Revoke ci-reader". Never "OK". */
  verb: string;
  danger?: boolean;
  busy?: boolean;
  /** The failure of the last try; the dialog stays open. */
  error?: { title: string; detail?: string | undefined; requestId?: string | undefined } | undefined;
  onConfirm: () => void;
}

/** The last step before an effect: names the thing, says what will happen, and the button carries the verb. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  effect,
  verb,
  danger = false,
  busy = false,
  error,
  onConfirm,
}: ConfirmDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={effect}
      width="sm"
      footer={
        <>
          <Button
            onClick={() => {
              onOpenChange(false);
            }}
          >
            Keep it
          </Button>
          <Button variant={danger ? "danger" : "primary"} busy={busy} onClick={onConfirm}>
            {verb}
          </Button>
        </>
      }
    >
      {error && (
        <ErrorState look="inline" title={error.title} detail={error.detail} requestId={error.requestId} />
      )}
    </Dialog>
  );
}
