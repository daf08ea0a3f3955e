import type { ReactNode } from "react";

import { Button } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";
import { Link } from "./link.tsx";
import { PageHeader } from "./page-header.tsx";

interface MissingPageProps {
  trail: readonly { label: string; href: string }[];
  /** What the address names. */
  title: ReactNode;
  /** That there is none: "demo has no such group." */
  verdict: string;
  /** The noun of what is missing: "This group is not there". */
  noun: string;
  /** Why it may be missing. */
  why: string;
  /** Where those that are there stand. */
  next: { label: string; href: string };
}

/** The page of an address that names nothing: what is missing, why it may be, and the way to those that are there. */
export function MissingPage({ trail, title, verdict, noun, why, next }: MissingPageProps) {
  return (
    <>
      <PageHeader trail={trail} title={title} verdict={verdict} />
      <EmptyState
        title={`This ${noun} is not there`}
        why={why}
        next={
          <Button asChild>
            <Link href={next.href}>{next.label}</Link>
          </Button>
        }
      />
    </>
  );
}
