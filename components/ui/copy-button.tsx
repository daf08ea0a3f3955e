"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";

import { IconButton } from "./icon-button.tsx";

interface CopyButtonProps {
  /** Made when it is asked for: what is copied, whole. */
  text: () => string;
  /** What is copied: "value, JSON". */
  what: string;
}

/** Copies a text; its name says what became of it. */
export function CopyButton({ text, what }: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  const label = { idle: `Copy ${what}`, copied: "Copied", refused: "The browser refused to copy" }[state];
  const copy = () => {
    navigator.clipboard.writeText(text()).then(
      () => {
        setState("copied");
      },
      () => {
        setState("refused");
      },
    );
  };
  return <IconButton size="sm" icon={state === "copied" ? Check : Copy} label={label} onClick={copy} />;
}
