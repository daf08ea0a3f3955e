import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { paths } from "#lib/contracts/paths.ts";
import type { CameFrom, DeadLetterCopy } from "#lib/domain/jobs/dead-letter-copies.ts";

import { copyWords, hopWords } from "./copy-words.ts";

interface CopyNoteProps {
  cluster: string;
  copy: DeadLetterCopy;
}

/** Which job holds or sent a dead letter, with the way to it: `in job 12, sent 3 min ago`. */
export function CopyNote({ cluster, copy }: CopyNoteProps) {
  const { before, after, at } = copyWords(copy);
  return (
    <span title={copy.name}>
      {before}{" "}
      <Link href={paths.job(cluster, copy.job)} className="underline underline-offset-3">
        job {copy.job}
      </Link>
      {after}
      {at !== null && (
        <>
          {" "}
          <RelativeTime at={at} />
        </>
      )}
    </span>
  );
}

/** Which job's copy came back as a dead letter: `came back from job 9, hop 2`. */
export function CameFromNote({ cluster, from }: { cluster: string; from: CameFrom }) {
  return (
    <span title={from.name}>
      came back from{" "}
      <Link href={paths.job(cluster, from.job)} className="underline underline-offset-3">
        job {from.job}
      </Link>
      {hopWords(from.hop)}
    </span>
  );
}
