import type { ReactNode } from "react";

import { DefinitionList } from "#components/ui/definition-list.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import { DEAD_LETTER_STATES, type DeadLetterCause } from "#lib/domain/dead-letters/dead-letter.ts";

import { keysWords, newInHour } from "./cause-words.ts";
import { groupTitle } from "./dead-letter-words.ts";
import { DIALECT_WORDS } from "./dialect-words.ts";
import { STATE_WORDS } from "./state-words.ts";

interface CauseFactsProps {
  cluster: string;
  cause: DeadLetterCause;
  columns?: 1 | 2;
}

const NOT_TOLD = "The headers of these dead letters do not tell it.";

/** What a cause is made of: what failed, where, in which group, how often and since when. */
export function CauseFacts({ cluster, cause, columns = 1 }: CauseFactsProps) {
  const states = DEAD_LETTER_STATES.filter((state) => state !== "open" && cause.counts[state] > 0);
  return (
    <DefinitionList
      columns={columns}
      items={[
        { term: "Class", value: <Told text={cause.causeClass} mono /> },
        { term: "Frame", value: <Told text={cause.frame} mono /> },
        { term: "Message", value: <Message message={cause.message} /> },
        { term: "Group", value: <GroupLink cluster={cluster} group={cause.group} /> },
        { term: "From topic", value: <TopicLinks cluster={cluster} topics={namesOf(cause.sourceTopic)} /> },
        { term: "Lies in", value: <TopicLinks cluster={cluster} topics={cause.topics} /> },
        { term: "Event type", value: <Told text={cause.eventType} /> },
        { term: "Written by", value: DIALECT_WORDS[cause.dialect] },
        {
          term: "Open",
          value: `${formatCount(cause.counts.open)}, ${formatCount(newInHour(cause))} came in the last hour`,
        },
        {
          term: "Otherwise",
          value:
            states.length === 0
              ? "none"
              : states
                  .map((state) => `${formatCount(cause.counts[state])} ${STATE_WORDS[state].word}`)
                  .join(", "),
        },
        { term: "Keys", hint: "Different record keys; exact up to 1,000.", value: keysWords(cause.keys) },
        { term: "First seen", value: <RelativeTime at={cause.firstSeenAt} /> },
        { term: "Last seen", value: <RelativeTime at={cause.lastSeenAt} /> },
      ]}
    />
  );
}

function namesOf(topic: string | null): readonly string[] {
  return topic === null ? [] : [topic];
}

function Told({ text, mono = false }: { text: string | null; mono?: boolean }): ReactNode {
  if (text === null) return <UnknownDash reason={NOT_TOLD} />;
  return mono ? (
    <code className="text-[0.93em]" title={text}>
      {text}
    </code>
  ) : (
    <span title={text}>{text}</span>
  );
}

function Message({ message }: { message: string | null }) {
  if (message === null)
    return <UnknownDash reason="No header tells it, or your role may not read exception texts." />;
  return (
    <span className="whitespace-normal" title={message}>
      {message}
    </span>
  );
}

function GroupLink({ cluster, group }: { cluster: string; group: string | null }) {
  if (group === null) return <UnknownDash reason={NOT_TOLD} />;
  return (
    <Link href={paths.group(cluster, group)} className="link-quiet" title={group}>
      {groupTitle(group)}
    </Link>
  );
}

function TopicLinks({ cluster, topics }: { cluster: string; topics: readonly string[] }) {
  if (topics.length === 0) return <UnknownDash reason={NOT_TOLD} />;
  return topics.map((topic, index) => (
    <span key={topic}>
      {index > 0 && ", "}
      <Link href={paths.topic(cluster, topic)} className="link-quiet" title={topic}>
        {topic}
      </Link>
    </span>
  ));
}
