import { Callout } from "#components/ui/callout.tsx";
import { formatCount } from "#components/ui/format-quantity.ts";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { DeadLetterTopic } from "#lib/domain/dead-letters/dead-letter.ts";

interface TopicNoticesProps {
  cluster: string;
  topics: readonly DeadLetterTopic[];
  /** The page is that of the topics: it need not lead there. */
  here?: boolean;
}

/** What keeps the numbers below from being whole: topics in flood, and topics that cannot be followed. */
export function TopicNotices({ cluster, topics, here = false }: TopicNoticesProps) {
  const followed = topics.filter(({ leftOut }) => !leftOut);
  const failing = followed.filter(({ failure }) => failure !== null);
  const flooded = followed.filter(({ flood }) => flood !== null);
  if (failing.length + flooded.length === 0) return null;
  return (
    <div className="mb-3 flex flex-col gap-2">
      {flooded.map((topic) => (
        <FloodNotice key={topic.topic} topic={topic} />
      ))}
      {failing.length > 0 && (
        <Callout
          tone="warning"
          title={
            failing.length === 1
              ? `${failing[0]?.topic ?? ""} is not followed to its end.`
              : `${formatCount(failing.length)} dead-letter topics are not followed to their end.`
          }
          action={
            !here && (
              <Link href={paths.deadLetterTopics(cluster)} className="underline underline-offset-3">
                Topics
              </Link>
            )
          }
        >
          {failing.slice(0, 3).map(({ topic, failure }) => (
            <p key={topic}>
              {failing.length > 1 && `${topic}: `}
              {failure}
            </p>
          ))}
        </Callout>
      )}
    </div>
  );
}

/** Said wherever numbers of a flooded topic are shown: what is counted, and what has a row. */
function FloodNotice({ topic }: { topic: DeadLetterTopic }) {
  if (topic.flood === null) return null;
  const { sinceAt, oneIn, counted } = topic.flood;
  return (
    <Callout
      tone="critical"
      title={`${topic.topic} floods: ${formatCount(counted)} dead letters are counted, one in ${formatCount(oneIn)} has a row.`}
    >
      Since <RelativeTime at={sinceAt} />. Lists and selections show the rows; the counts by cause are
      estimated from them.
    </Callout>
  );
}
