"use client";

import { useState } from "react";

import { ClusterNotice } from "#components/layout/cluster-notice.tsx";
import { ClusterSwitcher } from "#components/layout/cluster-switcher.tsx";
import { LiveIndicator } from "#components/layout/live-indicator.tsx";
import { SideNav } from "#components/layout/side-nav.tsx";
import { UserMenu } from "#components/layout/user-menu.tsx";
import { MissingPage } from "#components/ui/missing-page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Select } from "#components/ui/select.tsx";
import type { ClusterSummary } from "#lib/domain/clusters/cluster.ts";

import { GallerySection } from "./gallery-section.tsx";

function clusterAt(now: number, id: string, change: Partial<ClusterSummary>): ClusterSummary {
  return {
    id,
    name: id,
    color: "#c2570c",
    readOnly: false,
    kafkaClusterId: null,
    reachability: { state: "reachable", sinceAt: now - 9_000_000 },
    sampling: { state: "live", lastSampleAt: now - 4_000 },
    sweep: null,
    brokerCount: 3,
    topicCount: 12,
    groupCount: 41,
    ...change,
  };
}

/** The navigation and the heads of pages. */
export function FrameSection({ now }: { now: number }) {
  const [collapsed, setCollapsed] = useState(false);
  const clusters = [
    clusterAt(now, "production", {}),
    clusterAt(now, "staging", { color: "#2a8db5", readOnly: true }),
    clusterAt(now, "broken", {
      reachability: {
        state: "unreachable",
        sinceAt: now - 400_000,
        reason: "No broker answered within 10 s.",
      },
    }),
    clusterAt(now, "silent", { sampling: { state: "stopped", lastSampleAt: now - 62_000, forMs: 62_000 } }),
  ];
  return (
    <GallerySection title="Frame">
      <div className="border-line flex h-130 overflow-hidden rounded border [&_nav]:h-full">
        <SideNav
          cluster="production"
          pathname="/clusters/production/groups"
          collapsed={collapsed}
          onCollapse={setCollapsed}
          onPalette={() => undefined}
          badges={{ groups: { count: 3, tone: "warning" } }}
          head={
            <ClusterSwitcher
              clusters={clusters}
              current="production"
              pathname="/clusters/production/groups"
              small={collapsed}
            />
          }
          foot={
            <>
              <div className="flex h-6 items-center px-2.5">
                <LiveIndicator live="live" cluster={clusters[0]} small={collapsed} />
              </div>
              <UserMenu
                user={{ name: "Ana", email: "ana@example.org", role: "operator" }}
                small={collapsed}
                onHelp={() => undefined}
                onSignOut={() => undefined}
              />
            </>
          }
        />
        <div className="min-w-0 flex-1 overflow-y-auto px-6 pt-5">
          <PageHeader
            title="Groups"
            tone="warning"
            verdict="3 groups fall behind; payments loses data in 2 h 10 m."
            meta="all else is quiet · 41 groups"
            actions={
              <Select
                label="Range"
                value="1h"
                onValueChange={() => undefined}
                options={[{ value: "1h", label: "last 1 h" }]}
              />
            }
          />
          <PageHeader
            title="payments"
            trail={[{ label: "Groups", href: "#" }]}
            tone="critical"
            verdict="Stalled since 10:42: no partition advances, and 181/s arrive."
          />
          <PageHeader title="Topics" verdict="12 topics, 480 records/s arrive." />
          <PageHeader title="Brokers" verdict={undefined} />
          <MissingPage
            trail={[{ label: "Groups", href: "#" }]}
            title="paymnets"
            verdict="production has no such group."
            noun="group"
            why="It may have been deleted, or its last commit is older than the retention of offsets."
            next={{ label: "Groups of production", href: "#" }}
          />
          <ClusterNotice cluster={clusters[2]} />
          <ClusterNotice cluster={clusters[3]} />
          <div className="flex gap-6">
            {clusters.map((cluster) => (
              <LiveIndicator key={cluster.id} live="live" cluster={cluster} />
            ))}
            <LiveIndicator live="lost" cluster={clusters[0]} />
          </div>
        </div>
      </div>
    </GallerySection>
  );
}
