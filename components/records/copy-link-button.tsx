"use client";

import { Check, Link2 } from "lucide-react";
import { useState } from "react";

import { IconButton } from "#components/ui/icon-button.tsx";

interface CopyLinkButtonProps {
  /** A path of the console; left out: the address as it is. */
  href?: string;
  /** "Copy link to this record". */
  label: string;
}

/** Copies the address of what is shown, for somebody else to open. */
export function CopyLinkButton({ href, label }: CopyLinkButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  const copy = () => {
    const address =
      href === undefined ? window.location.href : new URL(href, window.location.href).toString();
    navigator.clipboard.writeText(address).then(
      () => {
        setState("copied");
      },
      () => {
        setState("refused");
      },
    );
  };
  return (
    <IconButton
      icon={state === "copied" ? Check : Link2}
      label={{ idle: label, copied: "Link copied", refused: "The browser refused to copy" }[state]}
      onClick={copy}
    />
  );
}
