"use client";

import { Waypoints } from "lucide-react";
import { useRouter } from "next/navigation";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Age } from "#components/ui/age.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { paths } from "#lib/contracts/paths.ts";

import { DEFINITION_COLUMNS } from "./definition-columns.tsx";
import { definitionsVerdict, standingOf } from "./definition-figures.ts";
import { DEFINITION_FILE } from "./definition-files.ts";
import { useDefinitions } from "./use-definitions.ts";

/** The types of sagas of every source, with how long they take and where they fail. */
export function DefinitionsView() {
  const router = useRouter();
  const asked = useDefinitions();
  const error = useStandingError(asked);
  const rows = asked.data?.items;
  const verdict = rows && definitionsVerdict(rows);
  const failure = error && (
    <ApiErrorState
      error={error}
      what="The definitions of sagas"
      look={rows === undefined ? "block" : "inline"}
      retrying={asked.isFetching}
      onRetry={() => void asked.refetch()}
    />
  );
  return (
    <>
      <PageHeader
        trail={[{ label: "Sagas", href: paths.sagas() }]}
        title="Definitions"
        verdict={verdict?.sentence ?? (error ? "The definitions could not be read." : undefined)}
        tone={verdict?.tone ?? "neutral"}
        meta={asked.data && <Age observedAt={asked.data.observedAt} source="read from the sources" />}
      />
      {failure && rows !== undefined && <div className="mb-3">{failure}</div>}
      {(asked.data?.failures ?? []).map(({ subject, reason }) => (
        <div key={subject} className="mb-3">
          <Callout tone="warning" title={`${subject} could not be read.`}>
            {reason}
          </Callout>
        </div>
      ))}
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          label="Types of sagas"
          columns={DEFINITION_COLUMNS}
          rows={rows}
          rowKey={({ source, type }) => JSON.stringify([source, type])}
          onOpen={({ source, type }) => {
            router.push(paths.sagaDefinition(source, type));
          }}
          look={{ tone: (row) => (standingOf(row).stuck > 0 ? "warning" : undefined) }}
          primary
          file={{ name: ["saga-definitions"], columns: DEFINITION_FILE }}
          error={rows === undefined ? (failure ?? undefined) : undefined}
          empty={
            <EmptyState
              icon={Waypoints}
              title="No type of saga yet"
              why="A type appears once a source is configured that tells its steps, or once a choreography is declared."
              next={
                <Button asChild>
                  <Link href={paths.sagas()}>See how a source is configured</Link>
                </Button>
              }
            />
          }
        />
      </div>
    </>
  );
}
