"use client";

import { useState, useSyncExternalStore } from "react";
import { z } from "zod";

import type { JobDraft } from "./job-draft.ts";

const KEPT = "sluice.job-draft.";
const anyObject = z.record(z.string(), z.unknown());
const nothing = () => () => undefined;

/** Whether this is a browser that has taken over the page: only then is there a session storage. */
export function useInBrowser(): boolean {
  return useSyncExternalStore(
    nothing,
    () => true,
    () => false,
  );
}

/**
 * What is written into the form, kept in this tab under `key`: a reload and the way back lose nothing. Draw only in a
 * browser ({@link useInBrowser}).
 */
export function useDraft(
  key: string,
  fresh: () => JobDraft,
): [JobDraft, (change: Partial<JobDraft>) => void] {
  const [draft, setDraft] = useState<JobDraft>(() => ({ ...fresh(), ...kept(key) }));
  const change = (part: Partial<JobDraft>) => {
    const next = { ...draft, ...part };
    sessionStorage.setItem(KEPT + key, JSON.stringify(next));
    setDraft(next);
  };
  return [draft, change];
}

/** forgetDraft lets go of what was written: the job is started. */
export function forgetDraft(key: string): void {
  sessionStorage.removeItem(KEPT + key);
}

function kept(key: string): Partial<JobDraft> {
  const text = sessionStorage.getItem(KEPT + key);
  return text === null ? {} : (anyObject.safeParse(JSON.parse(text)).data ?? {});
}
