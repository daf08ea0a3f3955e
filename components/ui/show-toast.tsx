"use client";

import { clsx } from "clsx";
import { toast } from "sonner";

import { TONE_ICON, TONE_TEXT, type Tone } from "./tone.ts";

interface ToastInput {
  tone: Tone;
  /** What happened, to what: "Token ci-reader is revoked". */
  title: string;
  detail?: string;
  /** One thing to do about it: open, undo. */
  action?: { label: string; onClick: () => void };
}

/**
 * Tells the outcome of something the user did. What went wrong stays until it is closed; the rest leaves
 * after five seconds.
 */
export function showToast({ tone, title, detail, action }: ToastInput): void {
  const Icon = TONE_ICON[tone];
  toast(title, {
    icon: <Icon aria-hidden size={15} className={clsx(TONE_TEXT[tone])} />,
    duration: tone === "critical" ? Infinity : 5_000,
    closeButton: false,
    ...(detail === undefined ? {} : { description: detail }),
    ...(action === undefined ? {} : { action }),
    ...(tone === "critical" && action === undefined
      ? { action: { label: "Close", onClick: () => undefined } }
      : {}),
  });
}
