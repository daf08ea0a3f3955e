"use client";

import { parseAsString, useQueryState } from "nuqs";
import { useCallback } from "react";

import type { GroupPartition } from "#lib/domain/groups/group.ts";

import { WORST } from "./evidence-partition.ts";
import { partitionId } from "./partition-order.ts";

/** Which partition's evidence is open, kept in the URL as `evidence`. */
export function useEvidence() {
  const [key, set] = useQueryState("evidence", parseAsString.withOptions({ history: "push" }));
  const show = useCallback(
    (partition: GroupPartition) => {
      void set(partitionId(partition));
    },
    [set],
  );
  return {
    /** A partition's key, or the word for the worst; null while none is open. */
    key,
    show,
    showWorst: () => {
      void set(WORST);
    },
    close: () => {
      void set(null);
    },
  };
}
