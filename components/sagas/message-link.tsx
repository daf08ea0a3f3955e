import { Link } from "#components/ui/link.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import type { SagaEntry } from "#lib/domain/sagas/saga.ts";

import { messageLink } from "./message-href.ts";

interface EntryMessageProps {
  entry: Pick<SagaEntry, "record" | "topic" | "eventId">;
  cluster: string | null;
}

/** The message of an entry as a link; its topic as words where nobody knows the cluster. */
export function EntryMessage({ entry, cluster }: EntryMessageProps) {
  const link = messageLink(entry, cluster);
  if (link !== null) {
    return (
      <Link href={link.href} className="link-quiet" title={link.hint}>
        {link.words}
      </Link>
    );
  }
  return entry.topic ?? <UnknownDash reason="It is about no message, or its source does not tell which." />;
}
