"use client";

import { Callout } from "#components/ui/callout.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";

interface HandedOverProps {
  /** What is shown: "password of ana@example.com". */
  label: string;
  secret: string;
  /** Where the secret goes now. */
  advice: string;
}

/** A secret that is shown this once, with a copy button and what to do with it. */
export function HandedOver({ label, secret, advice }: HandedOverProps) {
  return (
    <div className="flex flex-col gap-3">
      <Callout tone="warning" title="This is shown once.">
        {advice}
      </Callout>
      <CodeBlock code={secret} label={label} wrap />
    </div>
  );
}
