"use client";

import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";

import { ApiErrorState } from "#components/layout/api-error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { showToast } from "#components/ui/show-toast.tsx";
import { useNow } from "#components/ui/use-now.ts";
import { mutation, query } from "#lib/client/query.ts";
import { useStandingError } from "#lib/client/use-standing-error.ts";
import { getMe, listTokens, revokeToken } from "#lib/contracts/access.ts";
import { paths } from "#lib/contracts/paths.ts";
import type { ApiToken } from "#lib/domain/access/user.ts";

import { TOKEN_FILE } from "./access-files.ts";
import { CreateTokenDialog } from "./create-token-dialog.tsx";
import { tokenColumns } from "./token-columns.tsx";
import { byUse, tokensVerdict } from "./token-state.ts";

/** The API tokens of the signed-in user: which work, how long, and the way to make or end one. */
export function TokensView() {
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const now = useNow(60_000);
  const me = useQuery(query(getMe, {}));
  const tokens = useQuery({ ...query(listTokens, {}), placeholderData: keepPreviousData });
  const rows = now === null ? undefined : tokens.data?.items;
  const verdict = rows && now !== null ? tokensVerdict(rows, now) : undefined;
  const error = useStandingError(tokens);
  const failed = error && {
    error,
    what: "Your API tokens",
    onRetry: () => void tokens.refetch(),
    retrying: tokens.isFetching,
  };
  const create = (
    <Button
      variant="primary"
      icon={Plus}
      disabled={me.data === undefined}
      onClick={() => {
        setCreating(true);
      }}
    >
      Create token
    </Button>
  );
  return (
    <>
      <PageHeader
        title="API tokens"
        verdict={verdict?.sentence ?? (error ? "Which tokens work is not known." : undefined)}
        tone={verdict?.tone ?? "neutral"}
        meta={
          <Link href={paths.apiReference()} className="text-accent underline underline-offset-3">
            What a token can call
          </Link>
        }
        actions={create}
      />
      {failed && rows && (
        <div className="mb-3">
          <ApiErrorState look="inline" {...failed} />
        </div>
      )}
      <div className="border-line bg-raised overflow-hidden rounded border">
        <DataTable
          primary
          label="Your API tokens"
          columns={tokenColumns(now ?? 0, setRevoking)}
          rows={rows && [...rows].sort(byUse(now ?? 0))}
          rowKey={(row) => row.id}
          file={{ name: ["api-tokens"], columns: TOKEN_FILE }}
          skeletonRows={3}
          empty={
            <EmptyState
              icon={KeyRound}
              title="No tokens yet"
              why="A script or a metrics collector signs in with a token of its own: with a role, an expiry, and revoked apart from your session."
            />
          }
          error={failed && !rows ? <ApiErrorState {...failed} /> : undefined}
        />
      </div>
      {creating && me.data && (
        <CreateTokenDialog
          ownRole={me.data.role}
          onClose={() => {
            setCreating(false);
          }}
        />
      )}
      {revoking && (
        <RevokeTokenDialog
          token={revoking}
          onClose={() => {
            setRevoking(null);
          }}
        />
      )}
    </>
  );
}

function RevokeTokenDialog({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const revoke = useMutation(mutation(revokeToken));
  const confirm = () => {
    revoke.mutate(
      { params: { id: token.id } },
      {
        onSuccess: () => {
          showToast({ tone: "ok", title: `Token ${token.name} is revoked` });
          onClose();
        },
      },
    );
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Revoke token ${token.name}?`}
      effect="Whatever uses it is refused from the next request on. It cannot be undone: make a new token instead."
      verb={`Revoke ${token.name}`}
      danger
      busy={revoke.isPending}
      error={
        revoke.error
          ? {
              title: "The token was not revoked.",
              detail: revoke.error.message,
              requestId: revoke.error.requestId,
            }
          : undefined
      }
      onConfirm={confirm}
    />
  );
}
