import { Link } from "#components/ui/link.tsx";
import type { StuckEvidence } from "#lib/domain/sagas/saga.ts";

import { evidenceLink } from "./evidence-href.ts";

/** The evidence of why a saga is stuck, each piece a link. */
export function EvidenceLinks({ evidence }: { evidence: readonly StuckEvidence[] }) {
  if (evidence.length === 0) return null;
  return (
    <ul aria-label="Evidence" className="flex flex-wrap gap-x-4 gap-y-1">
      {evidence.map((piece) => {
        const { href, words } = evidenceLink(piece);
        return (
          <li key={href}>
            <Link href={href} className="underline underline-offset-3">
              {words}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
