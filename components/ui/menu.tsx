"use client";

import { clsx } from "clsx";
import { Check, type LucideIcon } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";

import { Kbd } from "./kbd.tsx";
import { Link } from "./link.tsx";

/** One line of a menu: an action, a link, a heading or a rule between groups. */
export type MenuItem =
  | {
      kind?: "action";
      label: string;
      onSelect: () => void;
      icon?: LucideIcon;
      shortcut?: string;
      /** `critical` only for what destroys. */
      tone?: "critical";
      /** Why it cannot be done now; disables it. */
      refused?: string | undefined;
      checked?: boolean;
    }
  | { kind: "link"; label: string; href: string; icon?: LucideIcon; hint?: ReactNode; checked?: boolean }
  | { kind: "heading"; label: ReactNode }
  | { kind: "rule" };

interface MenuProps {
  /** One element that takes a ref: a Button or IconButton. */
  trigger: ReactNode;
  items: readonly MenuItem[];
  align?: "start" | "end";
  side?: "top" | "bottom" | "right";
}

const ROW =
  "data-highlighted:bg-hover flex min-h-7 cursor-default items-center gap-2 rounded-sm px-2 py-1 text-sm outline-none select-none";

function Leading({ icon: Icon, checked }: { icon?: LucideIcon | undefined; checked?: boolean | undefined }) {
  if (checked !== undefined) {
    return <Check aria-hidden size={14} className={clsx("shrink-0", !checked && "invisible")} />;
  }
  return Icon ? <Icon aria-hidden size={14} strokeWidth={1.75} className="text-muted shrink-0" /> : null;
}

function Row({ item }: { item: MenuItem }) {
  switch (item.kind) {
    case "rule":
      return <Radix.Separator className="bg-line -mx-1 my-1 h-px" />;
    case "heading":
      return <Radix.Label className="text-muted px-2 py-1 text-xs">{item.label}</Radix.Label>;
    case "link":
      return (
        <Radix.Item asChild>
          <Link href={item.href} className={ROW}>
            <Leading icon={item.icon} checked={item.checked} />
            <span className="min-w-0 flex-1 truncate">{item.label}</span>
            {item.hint}
          </Link>
        </Radix.Item>
      );
    default:
      return (
        <Radix.Item
          disabled={item.refused !== undefined}
          onSelect={item.onSelect}
          className={clsx(ROW, item.tone === "critical" && "text-critical", item.refused && "opacity-60")}
        >
          <Leading icon={item.icon} checked={item.checked} />
          <span className="min-w-0 flex-1">
            <span className="block truncate">{item.label}</span>
            {item.refused !== undefined && <span className="text-muted block text-xs">{item.refused}</span>}
          </span>
          {item.shortcut !== undefined && <Kbd keys={item.shortcut} />}
        </Radix.Item>
      );
  }
}

/** A menu of actions and links under its trigger. */
export function Menu({ trigger, items, align = "start", side = "bottom" }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="bg-raised shadow-pop animate-appear z-50 max-h-96 min-w-48 overflow-y-auto rounded p-1"
        >
          {items.map((item, index) => (
            <Row key={index} item={item} />
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
