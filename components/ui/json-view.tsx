"use client";

import { clsx } from "clsx";
import { ChevronRight } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";

import { MASK } from "#lib/domain/records/record-search.ts";

import { CodeBlock } from "./code-block.tsx";
import { CopyButton } from "./copy-button.tsx";
import { formatCount } from "./format-quantity.ts";
import { jsonText, parseJsonTree, type JsonNode } from "./json-tree.ts";

interface JsonViewProps {
  /** JSON text, indented or not; text that is none is shown as it stands. */
  text: string;
  /** What it is: "value, JSON". */
  label: string;
  /** Levels that start open. */
  openTo?: number;
  /** CSS height at which it scrolls. */
  maxHeight?: string;
}

/** Members drawn at first and by each "more": a list of 50,000 would hold the page up. */
const STEP = 100;

/** JSON as a tree that folds: order, repeated names and long numbers as they were written. Copied indented. */
export function JsonView({ text, label, openTo = 3, maxHeight = "480px" }: JsonViewProps) {
  const tree = useMemo(() => parseJsonTree(text), [text]);
  if (tree === null) return <CodeBlock code={text} label={label} wrap maxHeight={maxHeight} />;
  return (
    <figure className="border-line bg-sunken overflow-hidden rounded border">
      <figcaption className="text-muted border-line flex h-8 items-center gap-1 border-b pr-1 pl-3 text-xs">
        <span className="mr-auto">{label}</span>
        <CopyButton text={() => jsonText(tree)} what={label} />
      </figcaption>
      <div
        role="group"
        // A scrolling region is reachable by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so it takes focus
        tabIndex={0}
        aria-label={label}
        className="overflow-auto px-3 py-2 font-mono text-xs leading-[1.6] focus-visible:outline-offset-[-2px]"
        style={{ maxHeight }}
      >
        <Node node={tree} name={null} depth={0} openTo={openTo} last />
      </div>
    </figure>
  );
}

interface NodeProps {
  node: JsonNode;
  /** The member's name; null for items of an array and for the whole. */
  name: string | null;
  depth: number;
  openTo: number;
  /** No comma follows. */
  last: boolean;
}

function Node({ node, name, depth, openTo, last }: NodeProps) {
  const label = name === null ? null : <Name name={name} />;
  if (node.kind === "string" || node.kind === "literal") {
    return (
      <Line depth={depth}>
        {label}
        <Leaf node={node} />
        {!last && <span className="text-muted">,</span>}
      </Line>
    );
  }
  return <Branch node={node} label={label} depth={depth} openTo={openTo} last={last} />;
}

type BranchNode = Extract<JsonNode, { kind: "object" | "array" }>;

function membersOf(node: BranchNode): { name: string | null; value: JsonNode }[] {
  return node.kind === "array"
    ? node.items.map((value) => ({ name: null, value }))
    : node.entries.map(({ name, value }) => ({ name, value }));
}

interface BranchProps {
  node: BranchNode;
  label: ReactNode;
  depth: number;
  openTo: number;
  last: boolean;
}

function Branch({ node, label, depth, openTo, last }: BranchProps) {
  const members = membersOf(node);
  const [open, setOpen] = useState(depth < openTo);
  const [shown, setShown] = useState(STEP);
  const [before, after] = node.kind === "array" ? ["[", "]"] : ["{", "}"];
  const comma = !last && <span className="text-muted">,</span>;
  if (members.length === 0) {
    return (
      <Line depth={depth}>
        {label}
        <span className="text-muted">{before + after}</span>
        {comma}
      </Line>
    );
  }
  const noun = node.kind === "array" ? "items" : "fields";
  return (
    <>
      <Line depth={depth}>
        <button
          type="button"
          aria-expanded={open}
          aria-label={`${formatCount(members.length)} ${noun}`}
          onClick={() => {
            setOpen(!open);
          }}
          className="text-muted hover:text-text -ml-4 inline-flex w-4 items-center align-middle"
        >
          <ChevronRight aria-hidden size={12} className={clsx(open && "rotate-90")} />
        </button>
        {label}
        <span className="text-muted">{before}</span>
        {!open && (
          <span className="text-muted">
            {` ${formatCount(members.length)} ${noun} `}
            {after}
          </span>
        )}
        {!open && comma}
      </Line>
      {open &&
        members
          .slice(0, shown)
          .map(({ name, value }, index) => (
            <Node
              key={index}
              node={value}
              name={name}
              depth={depth + 1}
              openTo={openTo}
              last={index === members.length - 1}
            />
          ))}
      {open && shown < members.length && (
        <Line depth={depth + 1}>
          <button
            type="button"
            onClick={() => {
              setShown(shown + STEP);
            }}
            className="text-accent underline underline-offset-3"
          >
            {formatCount(Math.min(STEP, members.length - shown))} more of {formatCount(members.length)}
          </button>
        </Line>
      )}
      {open && (
        <Line depth={depth}>
          <span className="text-muted">{after}</span>
          {comma}
        </Line>
      )}
    </>
  );
}

/** One line of the tree; deep ones stop moving right. */
function Line({ depth, children }: { depth: number; children: ReactNode }) {
  return (
    <div className="break-words whitespace-pre-wrap" style={{ paddingLeft: 16 + Math.min(depth, 24) * 16 }}>
      {children}
    </div>
  );
}

function Name({ name }: { name: string }) {
  return (
    <>
      <span className="text-notice">{JSON.stringify(name)}</span>
      <span className="text-muted">: </span>
    </>
  );
}

function Leaf({ node }: { node: Extract<JsonNode, { kind: "string" | "literal" }> }) {
  if (node.kind === "literal") return <span className="text-warning">{node.text}</span>;
  if (node.text === MASK) {
    return (
      <span className="text-muted" title="A masking rule hides this.">
        {MASK}
      </span>
    );
  }
  return <span className="text-ok">{JSON.stringify(node.text)}</span>;
}
