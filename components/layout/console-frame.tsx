"use client";

import { useQuery } from "@tanstack/react-query";
import { Moon, Server, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { usePathname, useRouter } from "next/navigation";
import { useState, type ReactNode } from "react";

import { query } from "#lib/client/query.ts";
import { useLive } from "#lib/client/use-live.ts";
import { useOutage } from "#lib/client/use-outage.ts";
import { listClusters } from "#lib/contracts/clusters.ts";
import { paths } from "#lib/contracts/paths.ts";

import { ClusterNotice } from "./cluster-notice.tsx";
import { ClusterSwitcher } from "./cluster-switcher.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { DatabaseOutage } from "./database-outage.tsx";
import { LiveIndicator } from "./live-indicator.tsx";
import { NAV_COOKIE } from "./nav-cookie.ts";
import { NAV } from "./nav.ts";
import { ShortcutsSheet } from "./shortcuts-sheet.tsx";
import { SideNav } from "./side-nav.tsx";
import { SigningOut } from "./signing-out.tsx";
import { useCurrentCluster } from "./use-current-cluster.ts";
import { useNavBadges } from "./use-nav-badges.ts";
import { useShortcuts } from "./use-shortcuts.ts";
import { UserMenu, type ShownUser } from "./user-menu.tsx";

interface ConsoleFrameProps {
  /** As the cookie says, so that the first paint is right. */
  navCollapsed: boolean;
  user: ShownUser;
  children: ReactNode;
}

/** How often the frame asks by itself: it notices a lost database and a silent worker without any hint. */
const PULSE_MS = 10_000;
const OUTAGE_PULSE_MS = 3_000;

/** The console for as long as the user stays: signing out takes it down first, so that nothing of it asks on. */
export function ConsoleFrame(props: ConsoleFrameProps) {
  const [leaving, setLeaving] = useState(false);
  if (!leaving)
    return (
      <StandingFrame
        {...props}
        onSignOut={() => {
          setLeaving(true);
        }}
      />
    );
  return (
    <SigningOut
      onFailed={() => {
        setLeaving(false);
      }}
    />
  );
}

/** The frame of the console: navigation, cluster line, palette, shortcuts, liveness, and the page inside. */
function StandingFrame({
  navCollapsed,
  user,
  children,
  onSignOut,
}: ConsoleFrameProps & { onSignOut: () => void }) {
  const router = useRouter();
  const pathname = usePathname();
  const { resolvedTheme, setTheme } = useTheme();
  const [collapsed, setCollapsed] = useState(navCollapsed);
  const [open, setOpen] = useState<"palette" | "help" | null>(null);
  const live = useLive();
  const outage = useOutage();
  const pulseMs = outage === null ? PULSE_MS : OUTAGE_PULSE_MS;
  const clusters = useQuery({ ...query(listClusters, {}), refetchInterval: pulseMs }).data?.items ?? [];
  const current = useCurrentCluster(clusters.map((cluster) => cluster.id));
  const cluster = clusters.find((entry) => entry.id === current);
  const badges = useNavBadges(cluster?.id);

  useShortcuts({
    onGo: (letter) => {
      const entry = NAV.find((page) => page.letter === letter);
      if (entry && (current !== undefined || entry.scope === "global"))
        router.push(entry.href(current ?? ""));
    },
    onPalette: () => {
      setOpen(open === "palette" ? null : "palette");
    },
    onHelp: () => {
      setOpen("help");
    },
  });
  const collapse = (next: boolean) => {
    setCollapsed(next);
    document.cookie = `${NAV_COOKIE}=${next ? "icons" : "wide"}; path=/; max-age=31536000; samesite=lax`;
  };
  const openWith = (which: "palette" | "help") => (isOpen: boolean) => {
    setOpen(isOpen ? which : null);
  };
  return (
    <>
      {outage !== null && <DatabaseOutage sinceAt={outage.sinceAt} />}
      <div hidden={outage !== null} className={outage === null ? "flex min-h-screen" : undefined}>
        <div
          aria-hidden
          className="bg-line-strong fixed inset-x-0 top-0 z-30 h-[3px]"
          style={{ background: cluster?.color ?? undefined }}
        />
        <SideNav
          cluster={current}
          pathname={pathname}
          collapsed={collapsed}
          onCollapse={collapse}
          onPalette={() => {
            setOpen("palette");
          }}
          badges={badges}
          head={
            <ClusterSwitcher clusters={clusters} current={current} pathname={pathname} small={collapsed} />
          }
          foot={
            <>
              <div className="flex h-6 items-center px-2.5">
                <LiveIndicator live={live} cluster={cluster} small={collapsed} />
              </div>
              <UserMenu
                user={user}
                small={collapsed}
                onHelp={() => {
                  setOpen("help");
                }}
                onSignOut={onSignOut}
              />
            </>
          }
        />
        <main className="min-w-0 flex-1 px-6 pt-5 pb-10">
          <div className="mx-auto max-w-[1440px]">
            {pathname.startsWith("/clusters/") && <ClusterNotice cluster={cluster} />}
            {children}
          </div>
        </main>
      </div>
      <CommandPalette
        open={open === "palette" && outage === null}
        onOpenChange={openWith("palette")}
        cluster={current}
        sections={[
          {
            heading: "Pages",
            entries: NAV.filter((entry) => current !== undefined || entry.scope === "global").map(
              (entry) => ({
                id: `page ${entry.id}`,
                label: entry.label,
                icon: entry.icon,
                shortcut: `g ${entry.letter}`,
                run: () => {
                  router.push(entry.href(current ?? ""));
                },
              }),
            ),
          },
          {
            heading: "Clusters",
            entries: clusters.map((entry) => ({
              id: `cluster ${entry.id}`,
              label: entry.name,
              icon: Server,
              run: () => {
                router.push(paths.overview(entry.id));
              },
            })),
          },
          {
            heading: "Settings",
            entries: [
              {
                id: "theme",
                label: resolvedTheme === "dark" ? "Light theme" : "Dark theme",
                icon: resolvedTheme === "dark" ? Sun : Moon,
                run: () => {
                  setTheme(resolvedTheme === "dark" ? "light" : "dark");
                },
              },
            ],
          },
        ]}
      />
      <ShortcutsSheet open={open === "help"} onOpenChange={openWith("help")} />
    </>
  );
}
