"use client";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Age } from "#components/ui/age.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import { Link } from "#components/ui/link.tsx";
import { MetaLine } from "#components/ui/meta-line.tsx";
import { MissingPage } from "#components/ui/missing-page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { useNow } from "#components/ui/use-now.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { paths } from "#lib/contracts/paths.ts";
import { isEnded } from "#lib/domain/sagas/timeline.ts";

import { CommandHistory } from "./commands/command-history.tsx";
import { SagaActions } from "./commands/saga-actions.tsx";
import { EvidenceLinks } from "./evidence-links.tsx";
import { RelatedSagas } from "./related-sagas.tsx";
import { SagaAge } from "./saga-age.tsx";
import { sagaSentence } from "./saga-sentence.ts";
import { SagaStateTag } from "./saga-state-tag.tsx";
import { SagaTabs } from "./saga-tabs.tsx";
import { KIND_WORDS, toneOfSaga } from "./saga-words.ts";
import { useSaga, type ShownSaga } from "./use-saga.ts";

const TRAIL = [{ label: "Sagas", href: paths.sagas() }];
const CLOCK_STEP_MS = 1_000;

/** One saga: where it stands and why, what can be done to it, its timeline, its data, its relatives. */
export function SagaView({ id }: { id: string }) {
  const asked = useSaga(id);
  const now = useNow(CLOCK_STEP_MS);
  const error = useStandingError(asked);
  const saga = asked.data;
  if (error?.is("saga_unknown") === true) return <SagaMissing />;
  const verdict = saga && (now === null ? undefined : sagaSentence(saga, now));
  return (
    <>
      <PageHeader
        trail={TRAIL}
        title={
          saga === undefined ? (
            "Saga"
          ) : (
            <>
              {saga.type} <CopyId value={saga.sagaId} what="saga id" className="text-muted font-normal" />
            </>
          )
        }
        verdict={verdict ?? (error ? "The saga could not be read." : undefined)}
        tone={saga ? toneOfSaga(saga) : "neutral"}
        meta={saga && <Meta saga={saga} />}
      />
      {error && (
        <div className="mb-4">
          <ApiErrorState
            error={error}
            what="The saga"
            look={saga === undefined ? "block" : "inline"}
            retrying={asked.isFetching}
            onRetry={() => void asked.refetch()}
          />
        </div>
      )}
      {saga === undefined ? !error && <Skeleton className="h-96 w-full" /> : <Body saga={saga} />}
    </>
  );
}

function Meta({ saga }: { saga: ShownSaga }) {
  return (
    <MetaLine>
      <SagaStateTag saga={saga} />
      <span title={KIND_WORDS[saga.kind].meaning}>{KIND_WORDS[saga.kind].word}</span>
      <span>
        started <RelativeTime at={saga.startedAt} reason="Its source does not keep when it started." />
      </span>
      <span>
        {isEnded(saga.state) ? "took" : "under way for"} <SagaAge saga={saga} />
      </span>
      <Age observedAt={saga.observedAt} source={`read from ${saga.source}`} />
    </MetaLine>
  );
}

function Body({ saga }: { saga: ShownSaga }) {
  return (
    <div className="flex flex-col gap-4">
      <Facts saga={saga} />
      <StuckNotice saga={saga} />
      <div className="flex flex-wrap items-center gap-2 empty:hidden">
        <SagaActions saga={saga} />
      </div>
      <SagaTabs saga={saga} />
      {saga.kind === "orchestrated" && <CommandHistory saga={saga.id} />}
      <RelatedSagas saga={saga} />
    </div>
  );
}

/** Where it belongs: its correlation, its definition, its service; and what its source does not tell. */
function Facts({ saga }: { saga: ShownSaga }) {
  const { correlationId, definition, source, service, missing, version } = saga;
  return (
    <MetaLine>
      <Link href={paths.sagas({ source })} className="link-quiet">
        source {source}
      </Link>
      {service !== null && <span>owned by {service}</span>}
      {version !== null && <span title="Counts its changes.">version {version}</span>}
      {correlationId !== null && (
        <span className="inline-flex items-baseline gap-1">
          correlation
          <CopyId
            value={correlationId}
            what="correlation id"
            href={paths.sagas({ correlation: correlationId })}
          />
        </span>
      )}
      {definition !== null && (
        <Link href={paths.sagaDefinition(source, saga.type)} className="link-quiet">
          definition of {saga.type}
        </Link>
      )}
      {missing.length > 0 && (
        <span title={missing.map(({ field, reason }) => `${field}: ${reason}`).join("\n")}>
          its source does not tell: {missing.map(({ field }) => field).join(", ")}
        </span>
      )}
    </MetaLine>
  );
}

/** Since when it is stuck, and the evidence; the sentence stands in the header. */
function StuckNotice({ saga }: { saga: ShownSaga }) {
  const { stuck, parkedReason } = saga;
  if (stuck === null) return null;
  return (
    <Callout
      tone={toneOfSaga(saga)}
      title={
        <>
          Stuck{stuck.step === null ? "" : ` at ${stuck.step}`}
          {stuck.sinceAt !== null && (
            <>
              , since <RelativeTime at={stuck.sinceAt} />
            </>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-1">
        <EvidenceLinks evidence={stuck.evidence} />
        {parkedReason !== null && parkedReason !== stuck.sentence && <p>Parked: {parkedReason}</p>}
      </div>
    </Callout>
  );
}

function SagaMissing() {
  return (
    <MissingPage
      trail={TRAIL}
      title="Saga"
      verdict="No source has such a saga."
      noun="saga"
      why="The address is old or wrong: its service may have deleted it, or its source is no longer configured."
      next={{ label: "All sagas", href: paths.sagas() }}
    />
  );
}
