import type { ReactNode } from "react";

interface EvidenceButtonProps {
  /** Whose verdict it is, for a screen reader: a group or a partition. */
  of: string;
  onOpen: () => void;
  /** The verdict's tag. */
  children: ReactNode;
}

/** A verdict that leads to the samples it was told from. */
export function EvidenceButton({ of, onOpen, children }: EvidenceButtonProps) {
  return (
    <button
      type="button"
      onClick={onOpen}
      className="max-w-full cursor-pointer truncate rounded-sm text-left align-middle hover:underline hover:underline-offset-3"
    >
      {children}
      <span className="sr-only">, what the verdict on {of} was told from</span>
    </button>
  );
}
