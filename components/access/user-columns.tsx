import { Ellipsis, KeyRound, ShieldUser, UserCheck, UserX } from "lucide-react";

import { Badge } from "#components/ui/badge.tsx";
import { CopyId } from "#components/ui/copy-id.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Menu } from "#components/ui/menu.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import type { User } from "#lib/domain/access/user.ts";

import { ROLE_MEANS } from "./role-words.ts";
import { isLastAdmin } from "./users-verdict.ts";

/** What an administrator does to a user. */
export type UserAction = "role" | "password" | "access";

interface UserColumnsInput {
  /** Everybody, for what hangs on one being the last administrator. */
  users: readonly User[];
  ownEmail: string | undefined;
  onAction: (action: UserAction, user: User) => void;
}

/** The columns of the list of users. */
export function userColumns({ users, ownEmail, onAction }: UserColumnsInput): Column<User>[] {
  return [
    {
      id: "name",
      header: "Name",
      cell: (row) => (
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{row.name}</span>
          {row.email === ownEmail && <Badge tone="notice">you</Badge>}
        </span>
      ),
    },
    { id: "email", header: "Email", cell: (row) => <CopyId value={row.email} what="email" /> },
    {
      id: "role",
      header: "Role",
      width: "88px",
      cell: (row) => (
        <Tooltip content={ROLE_MEANS[row.role]}>
          <span>{row.role}</span>
        </Tooltip>
      ),
    },
    {
      id: "state",
      header: "State",
      width: "120px",
      cell: (row) =>
        row.disabledAt === null ? (
          <StateTag tone="ok" word="may sign in" />
        ) : (
          <StateTag
            tone="neutral"
            icon={UserX}
            word="disabled"
            hint="Cannot sign in; their API tokens do not work."
          />
        ),
    },
    {
      id: "seen",
      header: "Last seen",
      hint: "The last request of a session, to the minute.",
      width: "132px",
      cell: (row) => <RelativeTime at={row.lastSeenAt} reason="Has not signed in yet." />,
    },
    {
      id: "actions",
      header: "Actions",
      align: "right",
      width: "76px",
      cell: (row) => <UserMenu user={row} last={isLastAdmin(row, users)} onAction={onAction} />,
    },
  ];
}

interface UserMenuProps {
  user: User;
  last: boolean;
  onAction: (action: UserAction, user: User) => void;
}

function UserMenu({ user, last, onAction }: UserMenuProps) {
  const refused = last ? "The last administrator: make another one first." : undefined;
  const choose = (action: UserAction) => () => {
    onAction(action, user);
  };
  return (
    <Menu
      align="end"
      trigger={<IconButton size="sm" icon={Ellipsis} label={`Actions on ${user.name}`} />}
      items={[
        { label: "Change role", icon: ShieldUser, onSelect: choose("role"), refused },
        { label: "Reset password", icon: KeyRound, onSelect: choose("password") },
        { kind: "rule" },
        user.disabledAt === null
          ? { label: "Disable", icon: UserX, tone: "critical", onSelect: choose("access"), refused }
          : { label: "Let sign in again", icon: UserCheck, onSelect: choose("access") },
      ]}
    />
  );
}
