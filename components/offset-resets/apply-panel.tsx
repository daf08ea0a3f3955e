"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { isReason, ReasonField } from "#components/layout/reason-field.tsx";
import { Link } from "#components/ui/link.tsx";
import { mutation, query } from "#lib/client/query.ts";
import { getMe } from "#lib/contracts/access.ts";
import { applyOffsetReset } from "#lib/contracts/offset-resets.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";

import { ResetRefusal } from "./reset-refusal.tsx";
import { isDestructive, resetTitle } from "./reset-words.ts";

interface ApplyPanelProps {
  cluster: string;
  reset: OffsetReset;
}

/** The last step: why, and the button that names what it does. Everything is looked at again before. */
export function ApplyPanel({ cluster, reset }: ApplyPanelProps) {
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const me = useQuery(query(getMe, {}));
  const apply = useMutation(mutation(applyOffsetReset));
  const { group, id, target, plan } = reset;
  const { totals } = plan;
  const short = !isReason(reason);
  const mayNot = me.data !== undefined && !me.data.permissions.includes("groups:operate");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (short) return;
    apply.mutate({ params: { cluster, group, id }, body: { reason: reason.trim() } });
  };
  return (
    <Panel title="Apply">
      <form noValidate onSubmit={submit} className="flex max-w-180 flex-col gap-3">
        <ReasonField
          hint="Stands in the history of the group and in the audit."
          value={reason}
          onChange={setReason}
          tried={tried}
        />
        {apply.error && <ResetRefusal error={apply.error} what="The reset" />}
        <p className="text-muted text-xs">
          The group, its commits and its topics are read again first; whatever differs from the plan refuses
          it, with nothing changed.
        </p>
        <div className="flex items-center gap-2">
          <Button
            type="submit"
            variant={isDestructive({ target, totals }) ? "danger" : "primary"}
            busy={apply.isPending}
            disabled={mayNot || plan.refusals.length > 0}
          >
            {resetTitle(reset, totals.changed)}
          </Button>
          <Button asChild variant="ghost">
            <Link
              href={paths.newOffsetReset(cluster, group, target.kind === "undo" ? undefined : target.kind)}
            >
              Plan something else
            </Link>
          </Button>
          {mayNot && <span className="text-muted text-xs">This needs the role operator.</span>}
        </div>
      </form>
    </Panel>
  );
}
