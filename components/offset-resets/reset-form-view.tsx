"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useState, type SyntheticEvent } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Link } from "#components/ui/link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { mutation, query } from "#lib/client/query.ts";
import { getGroup } from "#lib/contracts/groups.ts";
import { planOffsetReset } from "#lib/contracts/offset-resets.ts";
import { paths } from "#lib/contracts/paths.ts";
import { refusalOfKind, refusalOfState } from "#lib/domain/offset-resets/refusals.ts";

import { groupLabel } from "./group-label.ts";
import { ResetRefusal } from "./reset-refusal.tsx";
import { ResetScopeFields } from "./reset-scope-fields.tsx";
import { ResetTargetFields } from "./reset-target-fields.tsx";
import { scopeOf, TARGET_KINDS, targetOf, type ScopeFields, type TargetFields } from "./reset-target.ts";

interface ResetFormViewProps {
  cluster: string;
  group: string;
}

const NOTHING_WRITTEN: Omit<TargetFields, "kind"> = {
  time: "",
  ago: "30",
  agoUnit: "minutes",
  offset: "",
  shift: "",
  group: "",
  snapshot: "",
};

/** The form of a reset: where to and which partitions. It makes a plan, which changes nothing. */
export function ResetFormView({ cluster, group }: ResetFormViewProps) {
  const router = useRouter();
  const [kind, setKind] = useQueryState("to", parseAsStringLiteral(TARGET_KINDS).withDefault("earliest"));
  const [written, setWritten] = useState(NOTHING_WRITTEN);
  const [scope, setScope] = useState<ScopeFields>({ kind: "all", topics: [], topic: "", partitions: "" });
  const [tried, setTried] = useState(false);
  const asked = useQuery(query(getGroup, { params: { cluster, group } }));
  const make = useMutation(mutation(planOffsetReset));
  const fields: TargetFields = { kind, ...written };
  const target = targetOf(fields);
  // A deleted group loses all its commits, whatever was chosen before.
  const wanted = scopeOf(kind === "delete-group" ? { ...scope, kind: "all" } : scope);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if ("fault" in target || "fault" in wanted) return;
    make.mutate(
      { params: { cluster, group }, body: { target: target.target, scope: wanted.scope } },
      { onSuccess: ({ id }) => router.push(paths.offsetReset(cluster, group, id)) },
    );
  };
  const seen = asked.data;
  const refusal =
    seen &&
    (refusalOfKind(group, seen.kind, seen.protocolType) ?? refusalOfState(seen, { kind: "earliest" }));
  return (
    <>
      <PageHeader
        trail={[
          { label: "Groups", href: paths.groups(cluster) },
          { label: groupLabel(group), href: paths.group(cluster, group) },
        ]}
        title="Reset offsets"
        verdict="First a plan: it changes nothing and says what would happen to each partition."
      />
      <form noValidate onSubmit={submit} className="flex max-w-180 flex-col gap-4">
        {refusal && (
          <Callout tone="warning" title={refusal.sentence}>
            A plan can be made all the same; it cannot be applied like this.
          </Callout>
        )}
        {asked.error && (
          <ApiErrorState
            look="inline"
            error={asked.error}
            what={`The group ${groupLabel(group)}`}
            onRetry={() => void asked.refetch()}
          />
        )}
        <Panel title="Where to">
          <ResetTargetFields
            cluster={cluster}
            group={group}
            fields={fields}
            fault={tried && "fault" in target ? target.fault : undefined}
            onChange={({ kind: next, ...rest }) => {
              if (next !== kind) void setKind(next);
              setWritten(rest);
            }}
          />
        </Panel>
        {kind !== "delete-group" && (
          <Panel title="Which partitions">
            <ResetScopeFields
              topics={seen?.topics ?? []}
              fields={scope}
              fault={tried && "fault" in wanted ? wanted.fault : undefined}
              onChange={setScope}
            />
          </Panel>
        )}
        {make.error && <ResetRefusal error={make.error} what="The plan" />}
        <div className="flex items-center gap-2">
          <Button type="submit" variant="primary" busy={make.isPending}>
            Make the plan
          </Button>
          <Button asChild variant="ghost">
            <Link href={paths.group(cluster, group)}>Back to the group</Link>
          </Button>
        </div>
      </form>
    </>
  );
}
