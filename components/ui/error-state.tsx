"use client";

import { OctagonAlert, RotateCw } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "./button.tsx";
import { CopyId } from "./copy-id.tsx";

interface ErrorStateProps {
  /** What happened, to what: "The groups of staging could not be read". */
  title: string;
  /** The server's own words. */
  detail?: string | undefined;
  /** What to do next. */
  next?: ReactNode;
  requestId?: string | undefined;
  onRetry?: (() => void) | undefined;
  /** The retry is under way. */
  retrying?: boolean;
  /** `block` fills a list's place, `inline` is one bar above what stays. */
  look?: "block" | "inline";
}

/** A failure told usefully: what happened, to what, what to do next, and the request id to quote. */
export function ErrorState({
  title,
  detail,
  next,
  requestId,
  onRetry,
  retrying = false,
  look = "block",
}: ErrorStateProps) {
  const retry = onRetry && (
    <Button size="sm" icon={RotateCw} busy={retrying} onClick={onRetry}>
      Try again
    </Button>
  );
  const id = requestId !== undefined && (
    <span className="text-muted inline-flex items-center gap-1 text-xs">
      request <CopyId value={requestId} what="request id" />
    </span>
  );
  if (look === "inline") {
    return (
      <div
        role="alert"
        className="border-critical-line bg-critical-bg flex flex-wrap items-center gap-3 rounded border px-3 py-2 text-sm"
      >
        <OctagonAlert aria-hidden size={15} className="text-critical shrink-0" />
        <div className="min-w-48 flex-1">
          <span className="text-critical font-medium">{title}</span>
          {detail !== undefined && <span className="text-text"> {detail}</span>}
          {next !== undefined && <span className="text-muted"> {next}</span>}
        </div>
        {id}
        {retry}
      </div>
    );
  }
  return (
    <div role="alert" className="flex flex-col items-center justify-center gap-2 px-6 py-12 text-center">
      <OctagonAlert aria-hidden size={22} strokeWidth={1.5} className="text-critical mb-1" />
      <p className="text-base font-medium">{title}</p>
      {detail !== undefined && <p className="text-text max-w-130 text-sm">{detail}</p>}
      {next !== undefined && <div className="text-muted max-w-130 text-sm">{next}</div>}
      <div className="mt-2 flex items-center gap-3">
        {retry}
        {id}
      </div>
    </div>
  );
}
