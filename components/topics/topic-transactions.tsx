import { Callout } from "#components/ui/callout.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import { formatInstantFull } from "#components/ui/format-instant.ts";
import { formatCount, formatDuration } from "#components/ui/format-quantity.ts";
import type { TopicDetail } from "#lib/domain/topics/topic.ts";

type Transaction = TopicDetail["openTransactions"][number];

interface TopicTransactionsProps {
  /** Open on this topic, the greatest backlog first. */
  transactions: readonly Transaction[];
  /** When the topic was seen, epoch ms. */
  observedAt: number;
}

/** More lines than this say nothing new. */
const MOST_LINES = 5;

/** Transactions that hold read_committed readers back: the hung ones as a warning, the others as one quiet line. */
export function TopicTransactions({ transactions, observedAt }: TopicTransactionsProps) {
  const hung = transactions.filter((each) => each.hung);
  const open = transactions.filter((each) => !each.hung);
  return (
    <>
      {hung.length > 0 && (
        <div className="mb-3">
          <Callout tone="warning" title={hungTitle(hung)}>
            <ul>
              {hung.slice(0, MOST_LINES).map((each) => (
                <li key={`${each.partition} ${each.producerId}`} className="leading-6">
                  partition {each.partition}: producer{" "}
                  <CopyId value={each.producerId.toString()} what="producer id" />
                  {each.transactionalId !== null && (
                    <>
                      {" "}
                      of <CopyId value={each.transactionalId} what="transactional id" />
                    </>
                  )}
                  , open for {formatDuration(observedAt - each.sinceAt)}, holds back{" "}
                  {formatCount(each.backlog)} records from offset {formatCount(each.startOffset)} on
                </li>
              ))}
              {hung.length > MOST_LINES && (
                <li className="text-muted">and {formatCount(hung.length - MOST_LINES)} more</li>
              )}
            </ul>
          </Callout>
        </div>
      )}
      {open.length > 0 && (
        <p className="text-muted mb-3 text-xs" title={open.map(openWords).join("\n")}>
          {openSentence(open, observedAt)}
        </p>
      )}
    </>
  );
}

function hungTitle(hung: readonly Transaction[]): string {
  const count =
    hung.length === 1 ? "A hung transaction holds" : `${formatCount(hung.length)} hung transactions hold`;
  return `${count} read_committed readers back: nothing after it is given to them until it ends.`;
}

function openSentence(open: readonly Transaction[], observedAt: number): string {
  const oldest = Math.min(...open.map((each) => each.sinceAt));
  const backlog = open.reduce((sum, each) => sum + each.backlog, 0);
  const noun = open.length === 1 ? "transaction is" : "transactions are";
  return `${formatCount(open.length)} ${noun} open, the oldest for ${formatDuration(observedAt - oldest)}: ${formatCount(backlog)} records wait for their end.`;
}

function openWords({ partition, producerId, transactionalId, sinceAt }: Transaction): string {
  const who =
    transactionalId === null ? `producer ${producerId}` : `${transactionalId}, producer ${producerId}`;
  return `partition ${partition}: ${who}, since ${formatInstantFull(sinceAt)}`;
}
