"use client";

import { OctagonAlert, RotateCw } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";

import { LoneMessage } from "./lone-message.tsx";

interface PageFailureProps {
  error: unknown;
  /** Draws the page again. */
  retry: () => void;
}

/** What a failed page leaves behind: only its digest passes from the server in production. */
function digestOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("digest" in error)) return undefined;
  return typeof error.digest === "string" ? error.digest : undefined;
}

/** A page that could not be drawn, with the id under which the log knows the failure. */
export function PageFailure({ error, retry }: PageFailureProps) {
  const digest = digestOf(error);
  return (
    <LoneMessage
      icon={OctagonAlert}
      title="This page could not be drawn"
      action={
        <>
          <Button variant="primary" icon={RotateCw} onClick={retry}>
            Try again
          </Button>
          {digest !== undefined && (
            <span className="text-muted inline-flex items-center gap-1 text-xs">
              failure <CopyId value={digest} what="failure id" />
            </span>
          )}
        </>
      }
    >
      Nothing was changed. If it happens again, look for the failure id in the log of the console.
    </LoneMessage>
  );
}
