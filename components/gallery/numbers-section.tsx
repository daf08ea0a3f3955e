"use client";

import { Sparkline } from "#components/charts/sparkline.tsx";
import { Age } from "#components/ui/age.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { Duration } from "#components/ui/duration.tsx";
import { MetaLine } from "#components/ui/meta-line.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { StatRow } from "#components/ui/stat-row.tsx";
import { Stat } from "#components/ui/stat.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { TONES } from "#components/ui/tone.ts";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";

import { GallerySection } from "./gallery-section.tsx";
import { sampleGroups } from "./sample-data.ts";

const WORDS = {
  ok: "keeps up",
  notice: "catching up",
  warning: "falls behind",
  critical: "stalled",
  neutral: "unknown",
};

/** Numbers, times and states. */
export function NumbersSection({ now }: { now: number }) {
  const spark = sampleGroups(2)[1]?.spark ?? [];
  return (
    <GallerySection title="Numbers, times, states">
      <StatRow>
        <Stat
          label="Lag"
          tone="warning"
          value={
            <Quantity value={18_204} unit="records" hint="Sum over the partitions: end offset less commit" />
          }
          meta={
            <MetaLine>
              <span>growing 61/s</span>
              <Age observedAt={now - 4_000} />
            </MetaLine>
          }
          trend={<Sparkline label="lag" tone="warning" values={spark} widthPx={72} />}
        />
        <Stat
          label="Time lag"
          value={<Duration ms={252_000} />}
          meta="of the oldest unread record"
          href="#"
        />
        <Stat label="Read" value={<Quantity kind="rate" value={120.4} />} meta="181/s arrive" />
        <Stat label="Size" value={<Quantity kind="bytes" value={1_240_000_000} />} meta="3 replicas" />
        <Stat
          label="Drains in"
          value={<UnknownDash reason="More arrives than is read." />}
          meta="never, at this pace"
        />
      </StatRow>
      <div className="flex flex-wrap items-center gap-5">
        {TONES.map((tone) => (
          <StateTag key={tone} tone={tone} word={WORDS[tone]} hint={`This is the tone ${tone}`} />
        ))}
        {TONES.map((tone) => (
          <StateTag key={tone} tone={tone} word={WORDS[tone]} look="boxed" />
        ))}
      </div>
      <div className="flex flex-wrap items-center gap-5 text-sm">
        <Badge>classic</Badge>
        <Badge tone="notice">internal</Badge>
        <Badge tone="critical">3</Badge>
        <RelativeTime at={now - 4_000} />
        <RelativeTime at={now - 185_000} />
        <RelativeTime at={now - 9_000_000} />
        <RelativeTime at={now - 190_000_000} />
        <RelativeTime at={now + 75_000} />
        <RelativeTime at={null} reason="The group never committed." />
        <Age observedAt={now - 95_000} />
        <CopyId value="payments-7f3a91c2-5b1d" what="member id" href="#" />
        <CopyId value="0192f4c8-77aa-7c10-9b1f-0d2f" what="event id" />
      </div>
      <div className="flex flex-col gap-2">
        {(["critical", "warning", "notice", "ok"] as const).map((tone) => (
          <Callout
            key={tone}
            tone={tone}
            title={`payments ${WORDS[tone]} since 10:42.`}
            action={
              <a href="#top" className="link-quiet">
                group
              </a>
            }
          >
            Commits advance 120/s while 181/s arrive; no partition is stuck.
          </Callout>
        ))}
      </div>
      <div className="grid grid-cols-2 gap-8">
        <DefinitionList
          items={[
            { term: "coordinator", value: "broker 2" },
            { term: "protocol", value: "consumer" },
            { term: "committed", value: <CopyId value="9007199254740993" what="offset" /> },
            { term: "expires", value: <UnknownDash reason="It began before Sluice watched." /> },
          ]}
        />
        <div className="flex flex-col gap-3">
          <Progress label="records sent" done={21} total={35} />
          <Progress label="partitions caught up" done={12} total={12} tone="ok" />
          <Skeleton className="h-4 w-64" />
          <Skeleton className="h-4 w-40" />
        </div>
      </div>
      <CodeBlock
        label="value, JSON"
        code={'{\n  "orderId": "0192f4c8",\n  "amountCents": 12480,\n  "currency": "EUR"\n}'}
      />
    </GallerySection>
  );
}
