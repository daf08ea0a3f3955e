import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { GroupView } from "#components/groups/group-view.tsx";
import { GroupReplayAction } from "#components/jobs/group-replay-action.tsx";
import { GroupJobsBanner } from "#components/jobs/group-jobs-banner.tsx";
import { GroupChanges } from "#components/offset-resets/group-changes.tsx";
import { GroupResetAction } from "#components/offset-resets/group-reset-action.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

interface GroupPageProps {
  params: Promise<{ cluster: string; group: string }>;
}

/** The tab's title is the group's id. */
export async function generateMetadata({ params }: GroupPageProps): Promise<Metadata> {
  const group = decodeSegment((await params).group);
  return { title: group === null || group === "" ? "Group" : group };
}

/** One consumer group. */
export default async function GroupPage({ params }: GroupPageProps) {
  await requireSession();
  const raw = await params;
  const cluster = decodeSegment(raw.cluster);
  const group = decodeSegment(raw.group);
  if (cluster === null || group === null) notFound();
  const of = { cluster, group };
  return (
    <GroupView
      key={`${cluster} ${group}`}
      {...of}
      actions={
        <>
          <GroupReplayAction {...of} />
          <GroupResetAction {...of} />
        </>
      }
      notices={<GroupJobsBanner {...of} />}
      changes={<GroupChanges {...of} />}
    />
  );
}
