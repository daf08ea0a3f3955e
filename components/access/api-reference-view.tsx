"use client";

import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { ChevronRight, FileSearch } from "lucide-react";
import { debounce, parseAsString, useQueryStates } from "nuqs";
import { useEffect, useRef } from "react";

import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { paths } from "#lib/contracts/paths.ts";

import { ApiCallDetail } from "./api-call-detail.tsx";
import { apiCalls, openApiText, type ApiCall, type OpenApiText } from "./openapi-document.ts";
import type { NamedSchemas } from "./schema-text.ts";

const DOCUMENT_PATH = "/api/openapi.json";
const FIELDS = {
  q: parseAsString.withDefault("").withOptions({ limitUrlUpdates: debounce(250) }),
  call: parseAsString,
};

async function readDocument(signal: AbortSignal): Promise<OpenApiText> {
  const response = await fetch(DOCUMENT_PATH, { signal });
  if (!response.ok) throw new Error(`${DOCUMENT_PATH} answered ${response.status}.`);
  return openApiText.parse(await response.json());
}

/** Every call of the API by feature; one at a time opens with parameters, answers and a command to copy. */
export function ApiReferenceView() {
  const [url, setUrl] = useQueryStates(FIELDS);
  const document = useQuery({
    queryKey: ["openapi", DOCUMENT_PATH],
    queryFn: ({ signal }) => readDocument(signal),
    staleTime: Infinity,
  });
  const calls = document.data && apiCalls(document.data);
  const shown = calls?.filter((each) => matches(each, url.q));
  const sections = shown && byTag(shown);
  return (
    <>
      <PageHeader
        title="API reference"
        verdict={
          calls ? (
            <>
              {calls.length} calls. A script sends{" "}
              <code className="text-[0.93em]">authorization: Bearer slc_…</code> with{" "}
              <Link href={paths.settingsTokens()} className="text-accent underline underline-offset-3">
                a token of its own
              </Link>
              .
            </>
          ) : document.error ? (
            "The description of the API could not be read."
          ) : undefined
        }
        actions={
          <Button asChild size="sm">
            <a href={DOCUMENT_PATH} target="_blank" rel="noreferrer">
              OpenAPI 3.1
            </a>
          </Button>
        }
      />
      <div className="mb-4 flex items-center gap-4">
        <SearchInput
          label="Filter calls by path or words"
          value={url.q}
          onValueChange={(q) => void setUrl({ q })}
        />
      </div>
      {document.error && (
        <ErrorState
          title="The description of the API could not be read"
          detail={document.error.message}
          onRetry={() => void document.refetch()}
          retrying={document.isFetching}
        />
      )}
      {document.isPending && <Waiting />}
      {sections?.length === 0 && (
        <EmptyState icon={FileSearch} title="No call matches" why={`No path or summary holds “${url.q}”.`} />
      )}
      {sections?.map(([tag, members]) => (
        <section key={tag} aria-labelledby={`api-${tag}`} className="mb-6">
          <h2 id={`api-${tag}`} className="mb-2 text-sm font-semibold capitalize">
            {tag}
          </h2>
          <ul className="border-line bg-raised divide-line divide-y rounded border">
            {members.map((each) => (
              <CallRow
                key={each.id}
                call={each}
                named={document.data?.components.schemas ?? {}}
                open={each.id === url.call}
                onToggle={() => void setUrl({ call: each.id === url.call ? null : each.id })}
              />
            ))}
          </ul>
        </section>
      ))}
      {document.data && <p className="text-muted max-w-180 text-xs">{document.data.info.description}</p>}
    </>
  );
}

/** Calls by feature, features in the order in which they first come. */
function byTag(calls: readonly ApiCall[]): [tag: string, members: ApiCall[]][] {
  const tags = [...new Set(calls.map(({ tag }) => tag))];
  return tags.map((tag) => [tag, calls.filter((each) => each.tag === tag)]);
}

function matches({ path, summary, method, tag }: ApiCall, filter: string): boolean {
  const text = `${method} ${path} ${summary} ${tag}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

interface CallRowProps {
  call: ApiCall;
  named: NamedSchemas;
  open: boolean;
  onToggle: () => void;
}

function CallRow({ call, named, open, onToggle }: CallRowProps) {
  const row = useRef<HTMLLIElement>(null);
  const openedAtFirst = useRef(open);
  useEffect(() => {
    if (openedAtFirst.current) row.current?.scrollIntoView({ block: "start" });
  }, []);
  return (
    <li ref={row} className="scroll-mt-4">
      <h3>
        <button
          type="button"
          aria-expanded={open}
          onClick={onToggle}
          className="hover:bg-hover flex min-h-9 w-full items-center gap-3 px-3 py-1 text-left text-sm focus-visible:outline-offset-[-2px]"
        >
          <ChevronRight aria-hidden size={14} className={clsx("text-muted shrink-0", open && "rotate-90")} />
          <span className="w-16 shrink-0">
            <Badge tone={call.method === "GET" ? "neutral" : "notice"}>{call.method}</Badge>
          </span>
          <code className="shrink-0 text-[0.93em] font-medium">{call.path}</code>
          <span className="text-muted min-w-0 truncate">{call.summary}</span>
        </button>
      </h3>
      {open && <ApiCallDetail call={call} named={named} origin={window.location.origin} />}
    </li>
  );
}

function Waiting() {
  return (
    <div className="border-line bg-raised divide-line divide-y rounded border">
      {Array.from({ length: 10 }, (_, index) => (
        <div key={index} className="flex h-9 items-center gap-3 px-4">
          <Skeleton className="h-4 w-14" />
          <Skeleton className="h-3 w-80" />
        </div>
      ))}
    </div>
  );
}
