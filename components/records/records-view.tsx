"use client";

import { useQuery } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { ApiError } from "#lib/client/call.ts";
import { query } from "#lib/client/query.ts";
import { getMe } from "#lib/contracts/access.ts";
import { paths } from "#lib/contracts/paths.ts";

import { ColumnPicker } from "./column-picker.tsx";
import { CopyLinkButton } from "./copy-link-button.tsx";
import { offeredPaths } from "./json-column.ts";
import { ProduceButton } from "./produce-button.tsx";
import { recordAtOf, recordKey } from "./record-key.ts";
import { RecordPeek } from "./record-peek.tsx";
import { RecordsTable } from "./records-table.tsx";
import { SearchForm } from "./search-form.tsx";
import { questionOf, termsOf } from "./search-question.ts";
import { SearchStatus } from "./search-status.tsx";
import { republishOf } from "./republish-of.ts";
import { RepublishLink } from "./republish-link.tsx";
import { searchVerdict } from "./search-verdict.ts";
import { startBound } from "./search-start.ts";
import { useRecordSearch } from "./use-record-search.ts";
import { useSearchUrl, type SearchUrl } from "./use-search-url.ts";

interface RecordsViewProps {
  cluster: string;
}

/** The records of topics: a question in the address, its answer as it streams in, one record in the drawer. */
export function RecordsView({ cluster }: RecordsViewProps) {
  const me = useQuery(query(getMe, {}));
  if (me.data !== undefined && !me.data.permissions.includes("records:read")) return <MayNotRead />;
  return <Records cluster={cluster} mayAsk={me.data !== undefined} />;
}

/** The parts of the address that make another question. */
function questionKey(url: SearchUrl, asked: number): string {
  const { topic, from, to, partitions, q, anyCase, where, keyAs, valueAs, isolation, hits } = url;
  return JSON.stringify([
    topic,
    from,
    to,
    partitions,
    q,
    anyCase,
    where,
    keyAs,
    valueAs,
    isolation,
    hits,
    asked,
  ]);
}

function Records({ cluster, mayAsk }: RecordsViewProps & { mayAsk: boolean }) {
  const router = useRouter();
  const [url, setUrl] = useSearchUrl();
  const [asked, setAsked] = useState(0);
  const question = questionOf(url);
  const search = mayAsk && question.state === "ready" ? question.search : null;
  const { view, runner } = useRecordSearch(cluster, search, `${questionKey(url, asked)} ${mayAsk}`);
  const live = startBound(url.from).kind === "live";
  const terms = termsOf(url);
  const verdict =
    question.state === "faulty"
      ? { tone: "notice" as const, sentence: question.sentence }
      : searchVerdict({ view, live, unfiltered: terms.length === 0 });
  const refusal = view.error instanceof ApiError && view.error.is("filter_invalid") ? view.error : null;
  const offered = useMemo(() => offeredPaths(view.records), [view.records]);
  const open = url.record === null ? null : recordAtOf(url.record);
  const at = view.records.findIndex((record) => recordKey(record) === url.record);
  const goTo = (index: number) => {
    const record = view.records[index];
    return record === undefined || at < 0 ? null : () => void setUrl({ record: recordKey(record) });
  };
  const change = (part: Partial<SearchUrl>) => void setUrl(part);
  const again = () => {
    setAsked(asked + 1);
  };

  return (
    <>
      <PageHeader
        title="Records"
        verdict={refusal === null ? verdict.sentence : "A condition cannot be understood."}
        tone={refusal === null ? verdict.tone : "notice"}
        actions={
          <>
            <CopyLinkButton label="Copy link to this search" />
            <RepublishLink cluster={cluster} of={republishOf(url)} />
            <ProduceButton cluster={cluster} topic={url.topic[0] ?? ""} />
          </>
        }
      />
      <SearchForm
        cluster={cluster}
        url={url}
        refused={
          refusal && { term: refusal.term ?? null, sentence: refusal.message.replace(/^Condition \d+: /, "") }
        }
        onChange={change}
        onAgain={again}
      />
      <SearchStatus view={view} runner={runner} live={live}>
        <ColumnPicker
          columns={url.columns}
          offered={offered}
          onChange={(columns) => {
            change({ columns });
          }}
        />
      </SearchStatus>
      {view.state === "failed" && refusal === null && view.error !== null && view.records.length > 0 && (
        <div className="mb-3">
          <ApiErrorState look="inline" error={view.error} what="The rest of this search" onRetry={again} />
        </div>
      )}
      <RecordsTable
        cluster={cluster}
        url={url}
        view={view}
        live={live}
        terms={terms}
        onChange={change}
        onRetry={again}
        onOpen={(record) => {
          router.push(paths.record(cluster, record));
        }}
      />
      {open !== null && (
        <RecordPeek
          cluster={cluster}
          at={open}
          listed={view.records[at]}
          topics={url.topic}
          terms={terms}
          keyAs={url.keyAs}
          valueAs={url.valueAs}
          onPrevious={goTo(at - 1)}
          onNext={goTo(at + 1)}
          onClose={() => void setUrl({ record: null })}
        />
      )}
    </>
  );
}

function MayNotRead() {
  return (
    <>
      <PageHeader title="Records" verdict="Your role does not read records." />
      <EmptyState
        icon={Lock}
        title="Records need the role operator"
        why="What records hold may be personal or secret, so viewers see topics and groups but no payloads. Operators and administrators read records, masked as the configuration says."
        next="Ask an administrator for the role operator."
      />
    </>
  );
}
