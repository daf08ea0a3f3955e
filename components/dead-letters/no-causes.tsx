import { MailCheck, MailQuestion, SearchX } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { paths } from "#lib/contracts/paths.ts";
import { DEAD_LETTER_PATTERNS } from "#lib/domain/dead-letters/find-topics.ts";

interface NoCausesProps {
  cluster: string;
  filtered: boolean;
  /** How many dead-letter topics are followed; `undefined` while that is not known. */
  topics: number | undefined;
  onClear: () => void;
}

/** Names that make a topic one of dead letters, as far as nothing else is configured. */
export const LOOKED_FOR = DEAD_LETTER_PATTERNS.join(", ");

/** No cause to show: because the filter finds none, because all is well, or because no topic is known. */
export function NoCauses({ cluster, filtered, topics, onClear }: NoCausesProps) {
  if (filtered) {
    return (
      <EmptyState
        icon={SearchX}
        title="No cause matches"
        why="The search looks at the exception's class, its message, the frame, the event type and the topic the record comes from."
        next={<Button onClick={onClear}>Clear the filter</Button>}
      />
    );
  }
  if (topics === 0) {
    return (
      <EmptyState
        icon={MailQuestion}
        title="No dead-letter topic was found"
        why={
          <>
            Topics of these names are followed by themselves, within 10 s of their creation: {LOOKED_FOR}. If
            yours are called otherwise, add one by hand.
          </>
        }
        next={
          <Button asChild>
            <Link href={paths.deadLetterTopics(cluster)}>Add a topic by hand</Link>
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={MailCheck}
      title="No dead letter"
      why="The dead-letter topics are followed and hold nothing: no group has given up on a record that is still kept."
      next={
        <Link href={paths.deadLetterTopics(cluster)} className="link-quiet text-muted">
          See the topics that are followed
        </Link>
      }
    />
  );
}
