"use client";

import { useState } from "react";

import { Button } from "#components/ui/button.tsx";

import { BatchDialog } from "./batch-dialog.tsx";
import type { BatchFilter } from "./batch-filter.ts";
import { useOperatorRefusal } from "./use-operator-refusal.ts";

interface BatchActionsProps {
  filter: BatchFilter;
  /** How many sagas the list shows; nothing is offered for none. null where it is not known yet. */
  count: number | null;
}

/**
 * One command to all sagas that the list's filter matches. Nothing is drawn without a filter, which would move the whole
 * estate, and for those who may not give commands.
 */
export function BatchActions({ filter, count }: BatchActionsProps) {
  // As it was when the dialog opened: an age in the list's filter moves with the clock.
  const [chosen, setChosen] = useState<BatchFilter | null>(null);
  const refusal = useOperatorRefusal();
  const offered = refusal === null && count !== null && count > 0 && Object.keys(filter).length > 0;
  return (
    <>
      {offered && <Button onClick={() => setChosen(filter)}>Move all of these…</Button>}
      {chosen !== null && <BatchDialog filter={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}
