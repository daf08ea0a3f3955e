"use client";

import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { usePathname } from "next/navigation";

import { Link } from "#components/ui/link.tsx";
import { query } from "#lib/client/query.ts";
import { getMe } from "#lib/contracts/access.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { Permission } from "#lib/domain/access/role.ts";

const PAGES: readonly { label: string; href: string; needs: Permission }[] = [
  { label: "Clusters", href: paths.settingsClusters(), needs: "clusters:read" },
  { label: "Users", href: paths.settingsUsers(), needs: "users:manage" },
  { label: "API tokens", href: paths.settingsTokens(), needs: "tokens:own" },
  { label: "API reference", href: paths.apiReference(), needs: "clusters:read" },
];

/** The pages of Settings side by side; those that the signed-in user may not open are left out. */
export function SettingsNav() {
  const here = usePathname();
  const me = useQuery(query(getMe, {}));
  const open = PAGES.filter(
    ({ href, needs }) => href === here || (me.data?.permissions.includes(needs) ?? true),
  );
  return (
    <nav aria-label="Settings" className="border-line mb-5 flex h-9 items-stretch gap-5 border-b">
      {open.map(({ label, href }) => (
        <Link
          key={href}
          href={href}
          aria-current={href === here ? "page" : undefined}
          className={clsx(
            "-mb-px inline-flex items-center border-b-2 text-sm font-medium whitespace-nowrap",
            href === here ? "border-accent text-text" : "text-muted hover:text-text border-transparent",
          )}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
