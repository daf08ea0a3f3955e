"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { UserPlus, UsersRound } from "lucide-react";
import { useState } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { query } from "#lib/client/query.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { getMe, listUsers } from "#lib/contracts/access.ts";
import type { User } from "#lib/domain/access/user.ts";

import { USER_FILE } from "./access-files.ts";
import { ChangeRoleDialog } from "./change-role-dialog.tsx";
import { CreateUserDialog } from "./create-user-dialog.tsx";
import { ResetPasswordDialog } from "./reset-password-dialog.tsx";
import { UserAccessDialog } from "./user-access-dialog.tsx";
import { userColumns, type UserAction } from "./user-columns.tsx";
import { usersVerdict } from "./users-verdict.ts";

type Doing = { action: "create" } | { action: UserAction; user: User };

/** Who may sign in and with which role; an administrator changes it here. */
export function UsersView() {
  const [doing, setDoing] = useState<Doing | null>(null);
  const me = useQuery(query(getMe, {}));
  const users = useQuery({ ...query(listUsers, {}), placeholderData: keepPreviousData });
  const rows = users.data?.items;
  const verdict = rows && usersVerdict(rows);
  const error = useStandingError(users);
  const failed = error && {
    error,
    what: "The users",
    onRetry: () => void users.refetch(),
    retrying: users.isFetching,
  };
  const close = () => {
    setDoing(null);
  };
  const refused = error?.is("permission_missing") ?? false;
  return (
    <>
      <PageHeader
        title="Users"
        verdict={verdict?.sentence ?? (error ? "Who may sign in is not known." : undefined)}
        tone={verdict?.tone ?? "neutral"}
        actions={
          <Button
            variant="primary"
            icon={UserPlus}
            disabled={refused}
            onClick={() => {
              setDoing({ action: "create" });
            }}
          >
            Create user
          </Button>
        }
      />
      {failed && rows && (
        <div className="mb-3">
          <ApiErrorState look="inline" {...failed} />
        </div>
      )}
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          primary
          label="Users"
          columns={userColumns({
            users: rows ?? [],
            ownEmail: me.data?.email,
            onAction: (action, user) => {
              setDoing({ action, user });
            },
          })}
          rows={rows && [...rows].sort(byRole)}
          rowKey={(row) => row.id}
          file={{ name: ["users"], columns: USER_FILE }}
          skeletonRows={3}
          empty={
            <EmptyState icon={UsersRound} title="No users" why="Nobody is there: the set-up is not done." />
          }
          error={failed && !rows ? <ApiErrorState {...failed} /> : undefined}
        />
      </div>
      {doing && <Doings doing={doing} ownEmail={me.data?.email} onClose={close} />}
    </>
  );
}

const ORDER = { admin: 0, operator: 1, viewer: 2 };

/** Who may sign in first, then by role, strongest first, then by name. */
function byRole(a: User, b: User): number {
  return (
    Number(a.disabledAt !== null) - Number(b.disabledAt !== null) ||
    ORDER[a.role] - ORDER[b.role] ||
    a.name.localeCompare(b.name)
  );
}

interface DoingsProps {
  doing: Doing;
  ownEmail: string | undefined;
  onClose: () => void;
}

function Doings({ doing, ownEmail, onClose }: DoingsProps) {
  if (doing.action === "create") return <CreateUserDialog onClose={onClose} />;
  const shared = { user: doing.user, self: doing.user.email === ownEmail, onClose };
  switch (doing.action) {
    case "role":
      return <ChangeRoleDialog {...shared} />;
    case "password":
      return <ResetPasswordDialog {...shared} />;
    case "access":
      return <UserAccessDialog {...shared} />;
  }
}
