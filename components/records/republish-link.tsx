"use client";

import { useQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { Link } from "#components/ui/link.tsx";
import { republishHref } from "#lib/client/new-job-href.ts";
import { query } from "#lib/client/query.ts";
import { getMe } from "#lib/contracts/access.ts";

import type { Republished } from "./republish-of.ts";

interface RepublishLinkProps {
  cluster: string;
  /** null where no topic is chosen yet. */
  of: Republished | null;
  size?: "md" | "sm";
}

/** The way to a copy of records to another topic, for those who may make one. It leads to a form and a plan. */
export function RepublishLink({ cluster, of, size = "md" }: RepublishLinkProps) {
  const me = useQuery(query(getMe, {}));
  if (of === null || me.data?.permissions.includes("jobs:operate") !== true) return null;
  return (
    <Button asChild size={size}>
      <Link href={republishHref(cluster, of)}>
        <Send aria-hidden size={14} className="-ml-0.5" />
        Republish…
      </Link>
    </Button>
  );
}
