"use client";

import { LogOut, Monitor, Moon, Rows2, Rows4, Sun } from "lucide-react";
import { useTheme } from "next-themes";

import { Menu } from "#components/ui/menu.tsx";
import { setDensity, useDensity } from "#components/ui/use-density.ts";

/** Who is signed in. */
export interface ShownUser {
  name: string;
  email: string;
  role: string;
}

interface UserMenuProps {
  user: ShownUser;
  small: boolean;
  onHelp: () => void;
  onSignOut: () => void;
}

/** The user, and what they set for themselves: theme, density; shortcuts; the way out. */
export function UserMenu({ user, small, onHelp, onSignOut }: UserMenuProps) {
  const { theme, setTheme } = useTheme();
  const density = useDensity();
  const themes = [
    { id: "light", label: "Light", icon: Sun },
    { id: "dark", label: "Dark", icon: Moon },
    { id: "system", label: "As the system", icon: Monitor },
  ];
  return (
    <Menu
      side="top"
      items={[
        { kind: "heading", label: `${user.email} · ${user.role}` },
        { kind: "rule" },
        { kind: "heading", label: "Theme" },
        ...themes.map((entry) => ({
          label: entry.label,
          icon: entry.icon,
          checked: theme === entry.id,
          onSelect: () => {
            setTheme(entry.id);
          },
        })),
        { kind: "rule" },
        { kind: "heading", label: "Rows" },
        {
          label: "Comfortable",
          icon: Rows2,
          checked: density === "comfortable",
          onSelect: () => {
            setDensity("comfortable");
          },
        },
        {
          label: "Compact",
          icon: Rows4,
          checked: density === "compact",
          onSelect: () => {
            setDensity("compact");
          },
        },
        { kind: "rule" },
        { label: "Keyboard shortcuts", shortcut: "?", onSelect: onHelp },
        { label: "Sign out", icon: LogOut, onSelect: onSignOut },
      ]}
      trigger={
        <button
          type="button"
          aria-label={small ? `User menu, ${user.name}` : undefined}
          className="hover:bg-hover flex h-9 w-full items-center gap-2 rounded px-2 text-left"
        >
          <span
            aria-hidden
            data-initial={user.name.slice(0, 1)}
            className="bg-accent-bg text-accent before:content-[attr(data-initial)] inline-flex size-5 shrink-0 items-center justify-center rounded-full text-[11px] font-semibold uppercase"
          />
          {!small && (
            <span className="min-w-0 flex-1 truncate text-sm">
              <span className="sr-only">User menu, </span>
              {user.name}
            </span>
          )}
        </button>
      }
    />
  );
}
