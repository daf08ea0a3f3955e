"use client";

import { usePathname } from "next/navigation";
import { useEffect, useSyncExternalStore } from "react";

import { decodeSegment } from "#lib/contracts/paths.ts";

const REMEMBERED = "sluice-cluster";

function remembered(): string | null {
  return window.localStorage.getItem(REMEMBERED);
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("storage", listener);
  return () => {
    window.removeEventListener("storage", listener);
  };
}

/** The cluster of the address; elsewhere the one last looked at, else the first of the config. */
export function useCurrentCluster(configured: readonly string[]): string | undefined {
  const raw = /^\/clusters\/([^/]+)/.exec(usePathname())?.[1];
  const named = raw === undefined ? null : decodeSegment(raw);
  const last = useSyncExternalStore(subscribe, remembered, () => null);
  useEffect(() => {
    if (named !== null) window.localStorage.setItem(REMEMBERED, named);
  }, [named]);
  if (named !== null) return named;
  return last !== null && configured.includes(last) ? last : configured[0];
}
