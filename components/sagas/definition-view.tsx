"use client";

import { useMemo } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Age } from "#components/ui/age.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { Duration } from "#components/ui/duration.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { StatRow } from "#components/ui/stat-row.tsx";
import { Stat } from "#components/ui/stat.tsx";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { paths } from "#lib/contracts/paths.ts";

import { DEFINED_STEP_COLUMNS } from "./defined-step-columns.tsx";
import { definitionVerdict, standingOf } from "./definition-figures.ts";
import { DEFINED_STEP_FILE } from "./definition-files.ts";
import { DefinitionGraph } from "./definition-graph.tsx";
import { drawnSteps } from "./drawn-steps.ts";
import { KIND_WORDS } from "./saga-words.ts";
import { useDefinitions, type ShownDefinition } from "./use-definitions.ts";

interface DefinitionViewProps {
  source: string;
  type: string;
}

const TRAIL = [
  { label: "Sagas", href: paths.sagas() },
  { label: "Definitions", href: paths.sagaDefinitions() },
];

/** One type of saga: its steps as a graph with live figures, how long it takes, and advice where there is any. */
export function DefinitionView({ source, type }: DefinitionViewProps) {
  const asked = useDefinitions({ source, type });
  const error = useStandingError(asked);
  const definition = asked.data?.items.find((each) => each.source === source && each.type === type);
  const verdict = definition && definitionVerdict(definition);
  const missing = asked.data !== undefined && definition === undefined;
  return (
    <>
      <PageHeader
        trail={TRAIL}
        title={type}
        verdict={verdict?.sentence ?? (missing || error ? "This type could not be found." : undefined)}
        tone={verdict?.tone ?? "neutral"}
        meta={asked.data && <Age observedAt={asked.data.observedAt} source={`read from ${source}`} />}
        actions={
          <Button asChild>
            <Link href={paths.sagas({ source, type })}>Its sagas</Link>
          </Button>
        }
      />
      {error && (
        <div className="mb-4">
          <ApiErrorState
            error={error}
            what="The definition"
            look={asked.data === undefined ? "block" : "inline"}
            retrying={asked.isFetching}
            onRetry={() => void asked.refetch()}
          />
        </div>
      )}
      {definition !== undefined && <Body definition={definition} />}
      {missing && <Missing source={source} failures={asked.data.failures} />}
      {asked.data === undefined && !error && <Skeleton className="h-96 w-full" />}
    </>
  );
}

function Body({ definition }: { definition: ShownDefinition }) {
  const { source, type, kind, service, advice } = definition;
  const steps = useMemo(() => drawnSteps(definition), [definition]);
  return (
    <div className="flex flex-col gap-4">
      {advice !== null && (
        <Callout tone="notice" title="Advice: let one service orchestrate it.">
          {advice}
        </Callout>
      )}
      <Figures definition={definition} />
      <Panel
        title="Steps"
        meta={
          <span title={KIND_WORDS[kind].meaning}>
            {KIND_WORDS[kind].word}
            {service === null ? "" : ` by ${service}`} · source {source}
          </span>
        }
      >
        {steps.length === 0 ? (
          <p className="text-muted text-sm">
            Its source does not tell the steps of a type; those of each saga stand on its own page.
          </p>
        ) : (
          <DefinitionGraph source={source} type={type} steps={steps} />
        )}
      </Panel>
      {steps.length > 0 && (
        <div className="border-line bg-raised overflow-hidden rounded border">
          <DataTable
            label={`Steps of ${type}`}
            columns={DEFINED_STEP_COLUMNS}
            rows={steps}
            rowKey={(step) => step.name}
            primary
            file={{ name: ["saga-definition", source, type], columns: DEFINED_STEP_FILE }}
            empty={null}
          />
        </div>
      )}
    </div>
  );
}

const NONE_ENDED = "None has ended yet, or its source keeps no times.";

function Figures({ definition }: { definition: ShownDefinition }) {
  const { source, type, duration } = definition;
  const { standing, stuck } = standingOf(definition);
  const of = duration === null ? undefined : `of the newest ${duration.n.toLocaleString("en-GB")} that ended`;
  return (
    <StatRow>
      <Stat
        label="Under way"
        value={<Quantity value={standing} unit="sagas" />}
        href={paths.sagas({ source, type, state: "open" })}
      />
      <Stat
        label="Stuck"
        value={<Quantity value={stuck} unit="sagas" />}
        href={paths.sagas({ source, type, state: "stuck" })}
        {...(stuck > 0 ? { tone: "warning" as const } : {})}
      />
      {(["p50Ms", "p90Ms", "p99Ms"] as const).map((each) => (
        <Stat
          key={each}
          label={`Duration, ${each.slice(0, 3)}`}
          value={<Duration ms={duration?.[each] ?? null} reason={NONE_ENDED} />}
          meta={of}
        />
      ))}
    </StatRow>
  );
}

interface MissingProps {
  source: string;
  failures: readonly { subject: string; reason: string }[];
}

function Missing({ source, failures }: MissingProps) {
  const [failure] = failures;
  return (
    <EmptyState
      title="This type is not there"
      why={
        failure === undefined
          ? `The source ${source} knows no such type: the address is old, or no saga of it has been started.`
          : `${failure.subject}: ${failure.reason}`
      }
      next={
        <Button asChild>
          <Link href={paths.sagaDefinitions()}>All definitions</Link>
        </Button>
      }
    />
  );
}
