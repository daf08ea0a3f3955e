"use client";

import { Send } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";

import { useMay } from "./use-may.ts";

interface RedriveLinkProps {
  /** Where the form of the redrive stands. */
  href: string;
  size?: "md" | "sm";
  /** The verb and what it is about: "Redrive 12 open…". */
  children: ReactNode;
}

/** The way to a redrive, for those who may make one. It leads to a form and a plan; nothing is sent by it. */
export function RedriveLink({ href, size = "md", children }: RedriveLinkProps) {
  const may = useMay("jobs:operate");
  if (may !== true) return null;
  return (
    <Button asChild size={size}>
      <Link href={href}>
        <Send aria-hidden size={14} className="-ml-0.5" />
        {children}
      </Link>
    </Button>
  );
}
