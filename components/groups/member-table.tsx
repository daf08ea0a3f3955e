"use client";

import { useMemo } from "react";

import { CopyId } from "#components/ui/copy-id.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Quantity } from "#components/ui/quantity.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import type { GroupDetail, GroupMember } from "#lib/domain/groups/group.ts";

import { MEMBER_FILE } from "./group-files.ts";
import { assignmentWords, memberLag, subscriptionWords } from "./member-lag.ts";

interface MemberTableProps {
  cluster: string;
  /** `undefined` while the first answer is under way. */
  group: GroupDetail | undefined;
}

/** The members of a group: who reads, from where, which partitions, and how far behind each is. */
export function MemberTable({ cluster, group }: MemberTableProps) {
  const columns = useMemo(() => memberColumns(group), [group]);
  return (
    <div className="border-line bg-raised overflow-hidden rounded border">
      <DataTable
        label="Members"
        columns={columns}
        rows={group?.members}
        rowKey={(member) => member.memberId}
        file={{ name: [cluster, group?.id ?? "", "members"], columns: MEMBER_FILE }}
        skeletonRows={4}
        empty={
          <EmptyState
            title="No members"
            why="Nobody is in this group now. It keeps its commits until they expire; a consumer that joins reads on from there."
          />
        }
      />
    </div>
  );
}

function memberColumns(group: GroupDetail | undefined): readonly Column<GroupMember>[] {
  return [
    {
      id: "client",
      header: "Client id",
      width: "14%",
      cell: (member) => <span title={member.clientId}>{member.clientId}</span>,
    },
    {
      id: "member",
      header: "Member id",
      width: "28%",
      cell: (member) => <CopyId value={member.memberId} what="member id" />,
    },
    { id: "host", header: "Host", width: "112px", cell: (member) => member.host },
    {
      id: "instance",
      header: "Instance",
      hint: "group.instance.id: such a member keeps its partitions over a restart.",
      width: "88px",
      cell: (member) =>
        member.instanceId ?? <UnknownDash reason="The member is dynamic: it has no group.instance.id." />,
    },
    {
      id: "partitions",
      header: "Partitions",
      cell: (member) => <Owned member={member} />,
    },
    {
      id: "lag",
      header: "Lag",
      hint: "Sum over the partitions the member owns, in records.",
      width: "80px",
      align: "right",
      cell: (member) => (
        <Quantity
          value={memberLag(member, group?.partitions ?? [])}
          reason="None of its partitions has a known lag."
          live
        />
      ),
    },
  ];
}

/** What a member owns, then what it asked to read besides. */
function Owned({ member }: { member: GroupMember }) {
  const besides = subscriptionWords(member);
  const owned = assignmentWords(member);
  return (
    <Tooltip content={besides === null ? owned : `${owned}; ${besides}`}>
      <span className="block truncate">
        {owned}
        {besides !== null && <span className="text-muted"> {besides}</span>}
      </span>
    </Tooltip>
  );
}
