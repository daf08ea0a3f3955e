import { ArrowRight } from "lucide-react";
import { Fragment, type ReactNode } from "react";

import type { Column } from "#components/ui/data-table-column.ts";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { DeadLetterTopic } from "#lib/domain/dead-letters/dead-letter.ts";

import { groupTitle } from "./dead-letter-words.ts";

const FOUND_WORDS = {
  name: "by its name",
  headers: "by headers seen",
  hand: "by hand",
} as const;

interface ChainColumnsInput {
  cluster: string;
  wide: boolean;
  /** What can be done to a topic; nothing for who may not. */
  actions: ((topic: DeadLetterTopic) => ReactNode) | null;
}

/** chainColumns are the columns of the dead-letter topics, each drawn as one chain from its sources. */
export function chainColumns({
  cluster,
  wide,
  actions,
}: ChainColumnsInput): readonly Column<DeadLetterTopic>[] {
  const columns: readonly (Column<DeadLetterTopic> | false | null)[] = [
    { id: "chain", header: "Chain", cell: (row) => <TopicChain cluster={cluster} topic={row} /> },
    {
      id: "groups",
      header: "Groups",
      width: wide ? "18%" : "110px",
      cell: ({ groups }) =>
        groups.length === 0 ? (
          <UnknownDash reason="No dead letter of it has told a group yet." />
        ) : (
          <span title={groups.map(groupTitle).join(", ")}>
            {groups.map((group, index) => (
              <Fragment key={group}>
                {index > 0 && ", "}
                <Link href={paths.group(cluster, group)} className="link-quiet">
                  {groupTitle(group)}
                </Link>
              </Fragment>
            ))}
          </span>
        ),
    },
    {
      ...{ id: "open", header: "Open", width: "72px", align: "right" as const },
      cell: ({ open }) => (
        <Quantity value={open} live className={open === 0 ? "text-muted" : "font-medium"} />
      ),
    },
    wide && {
      ...{ id: "behind", header: "Not indexed", width: "100px", align: "right" as const },
      hint: "Records of the topic that the index has not read yet.",
      cell: ({ behind }) => <Quantity value={behind} live className={behind === 0 ? "text-muted" : ""} />,
    },
    {
      id: "state",
      header: "State",
      width: wide ? "124px" : "112px",
      cell: (row) => <TopicStateTag topic={row} />,
    },
    wide && {
      id: "found",
      header: "Found",
      width: "116px",
      cell: ({ foundBy }) => <span className="text-muted">{FOUND_WORDS[foundBy]}</span>,
    },
    actions && {
      ...{ id: "actions", header: "Actions", width: "76px", align: "right" as const },
      cell: actions,
    },
  ];
  return columns.flatMap((column) => (column === false || column === null ? [] : [column]));
}

/** Sources, retry topics and the dead-letter topic as one line. */
function TopicChain({ cluster, topic }: { cluster: string; topic: DeadLetterTopic }) {
  const { sources, retryTopics } = topic;
  const words = [sources.join(", "), retryTopics.join(", "), topic.topic].filter((part) => part !== "");
  return (
    <span className="flex min-w-0 items-center gap-1.5" title={words.join(" → ")}>
      {sources.length > 0 ? (
        <Names cluster={cluster} names={sources} noun="sources" />
      ) : (
        <UnknownDash reason="No source is known: no topic has its name's stem, and no dead letter has told one." />
      )}
      <Arrow />
      {retryTopics.length > 0 && (
        <>
          <Names cluster={cluster} names={retryTopics} noun="retry topics" />
          <Arrow />
        </>
      )}
      <Link href={paths.topic(cluster, topic.topic)} className="link-quiet min-w-0 truncate font-medium">
        {topic.topic}
      </Link>
    </span>
  );
}

function Arrow() {
  return <ArrowRight aria-hidden size={13} className="text-faint shrink-0" />;
}

/** One name, or how many of them there are. */
function Names({ cluster, names, noun }: { cluster: string; names: readonly string[]; noun: string }) {
  const [first] = names;
  if (first !== undefined && names.length === 1) {
    return (
      <Link href={paths.topic(cluster, first)} className="link-quiet text-muted min-w-0 truncate">
        {first}
      </Link>
    );
  }
  return (
    <span className="text-muted shrink-0">
      {formatCount(names.length)} {noun}
    </span>
  );
}

function TopicStateTag({ topic: { leftOut, failure, flood } }: { topic: DeadLetterTopic }) {
  if (leftOut)
    return <StateTag tone="neutral" word="left out" hint="Left out by hand: its records are not indexed." />;
  if (flood !== null) {
    const hint = `${formatCount(flood.counted)} are counted, one in ${formatCount(flood.oneIn)} has a row.`;
    return <StateTag tone="critical" word="flood" hint={hint} />;
  }
  if (failure !== null) return <StateTag tone="warning" word="not read" hint={failure} />;
  return <StateTag tone="ok" word="followed" hint="Its records are indexed as they come." />;
}
