"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

import { DatabaseOutage } from "./database-outage.tsx";

interface OutagePageProps {
  /** Since when, epoch ms. */
  sinceAt: number;
}

const RETRY_MS = 3_000;

/** A page that the server drew without its database: says so, and asks for the page again until it is back. */
export function OutagePage({ sinceAt }: OutagePageProps) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => {
      router.refresh();
    }, RETRY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [router]);
  return <DatabaseOutage sinceAt={sinceAt} />;
}
