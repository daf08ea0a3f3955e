"use client";

import { CaseSensitive, Plus, Search } from "lucide-react";
import { useState, type SyntheticEvent } from "react";

import { Button } from "#components/ui/button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu } from "#components/ui/menu.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import type { FilterTerm } from "#lib/domain/records/record-search.ts";

import { BoundFields } from "./bound-fields.tsx";
import { CommitInput } from "./commit-input.tsx";
import { newTerm, TERM_OPTIONS, termFault } from "./filter-words.ts";
import { SearchOptions } from "./search-options.tsx";
import { TermRow } from "./term-row.tsx";
import { TopicsPick } from "./topics-pick.tsx";
import type { SearchUrl } from "./use-search-url.ts";

interface SearchFormProps {
  cluster: string;
  url: SearchUrl;
  /** A condition that the server refused: which of all (the text box is the first where it is filled), and why. */
  refused: { term: number | null; sentence: string } | null;
  onChange: (change: Partial<SearchUrl>) => void;
  /** The same question once more. */
  onAgain: () => void;
}

/** What is written and not asked yet. */
interface Draft {
  q: string;
  where: readonly FilterTerm[];
}

/** The question: topics, begin and end, partitions, and conditions. Text and conditions count on Enter. */
export function SearchForm({ cluster, url, refused, onChange, onAgain }: SearchFormProps) {
  const [draft, setDraft] = useState<Draft>({ q: url.q, where: url.where });
  const asked = JSON.stringify([url.q, url.where]);
  const [seen, setSeen] = useState(asked);
  const [tried, setTried] = useState(false);
  if (seen !== asked) {
    setSeen(asked);
    setDraft({ q: url.q, where: url.where });
    setTried(false);
  }
  const setTerm = (at: number, term: FilterTerm) => {
    setDraft({ ...draft, where: draft.where.map((each, index) => (index === at ? term : each)) });
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (draft.where.some((term) => termFault(term) !== null)) return;
    if (JSON.stringify([draft.q, draft.where]) === asked) onAgain();
    else onChange({ q: draft.q, where: [...draft.where], record: null });
  };
  const boxTerms = url.q.trim() === "" ? 0 : 1;
  const faultOf = (at: number): string | null => {
    const term = draft.where[at];
    const own = tried && term !== undefined ? termFault(term) : null;
    return own ?? (refused?.term === at + boxTerms ? refused.sentence : null);
  };

  return (
    <form onSubmit={submit} className="mb-3 flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <TopicsPick
          cluster={cluster}
          topics={url.topic}
          onPick={(topic) => onChange({ topic, record: null })}
        />
        <BoundFields from={url.from} to={url.to} onChange={onChange} />
        <span className="inline-flex items-center gap-1.5 text-sm">
          <span className="text-muted">Partitions</span>
          <span className="w-24">
            <CommitInput
              aria-label="Partitions: 0, 2-4; empty is all"
              placeholder="all"
              value={url.partitions}
              onCommit={(partitions) => onChange({ partitions })}
            />
          </span>
        </span>
        <span className="ml-auto">
          <SearchOptions url={url} onChange={onChange} />
        </span>
      </div>
      <div className="flex items-center gap-2">
        <SearchInput
          label="Text in key, value or headers"
          className="min-w-80 flex-1"
          value={draft.q}
          onValueChange={(q) => setDraft({ ...draft, q })}
        />
        <IconButton
          icon={CaseSensitive}
          label={url.anyCase ? "Capital and small letters are the same" : "Capital and small letters differ"}
          aria-pressed={!url.anyCase}
          onClick={() => onChange({ anyCase: !url.anyCase })}
        />
        <Menu
          trigger={<Button icon={Plus}>Condition</Button>}
          items={TERM_OPTIONS.map(({ value, label, hint }) => ({
            label: `${label} – ${hint}`,
            onSelect: () => setDraft({ ...draft, where: [...draft.where, newTerm(value)] }),
          }))}
        />
        <Button type="submit" variant="primary" icon={Search}>
          Search
        </Button>
      </div>
      {refused !== null && (refused.term === null || refused.term < boxTerms) && (
        <p className="text-critical text-xs">{refused.sentence}</p>
      )}
      {draft.where.map((term, index) => (
        <TermRow
          key={index}
          term={term}
          fault={faultOf(index)}
          onChange={(next) => setTerm(index, next)}
          onRemove={() => setDraft({ ...draft, where: draft.where.filter((_, each) => each !== index) })}
        />
      ))}
    </form>
  );
}
