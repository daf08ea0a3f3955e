import { Ban, CalendarX2 } from "lucide-react";

import { Button } from "#components/ui/button.tsx";
import type { Column } from "#components/ui/data-table-column.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { formatInstantFull } from "#components/ui/format-instant.ts";
import { formatDuration } from "#components/ui/format-quantity.ts";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { StateTag } from "#components/ui/state-tag.tsx";
import type { ApiToken } from "#lib/domain/access/user.ts";

import { endsSoon, tokenState } from "./token-state.ts";

const DAY_MS = 86_400_000;

/** The columns of the list of tokens as it stands at `now` (epoch ms). */
export function tokenColumns(now: number, onRevoke: (token: ApiToken) => void): Column<ApiToken>[] {
  return [
    { id: "name", header: "Name", cell: (row) => <span className="font-medium">{row.name}</span> },
    { id: "state", header: "State", width: "104px", cell: (row) => <State token={row} now={now} /> },
    { id: "role", header: "Role", width: "76px", cell: (row) => row.role },
    {
      id: "prefix",
      header: "Begins with",
      hint: "The first characters of the secret, to tell tokens apart.",
      width: "112px",
      cell: (row) => <code className="text-muted text-[0.93em]">{row.prefix}…</code>,
    },
    {
      id: "used",
      header: "Last used",
      hint: "To the minute.",
      width: "128px",
      cell: (row) => <RelativeTime at={row.lastUsedAt} reason="Never used." />,
    },
    { id: "expires", header: "Ends", width: "112px", cell: (row) => <TokenEnd token={row} now={now} /> },
    {
      id: "revoke",
      header: "Actions",
      align: "right",
      width: "96px",
      cell: (row) =>
        tokenState(row, now) === "works" && (
          <Button
            size="sm"
            variant="ghost"
            aria-label={`Revoke ${row.name}`}
            onClick={() => {
              onRevoke(row);
            }}
          >
            Revoke
          </Button>
        ),
    },
  ];
}

/** When it ended, or the time left, by the day where days are left: a date alone has to be reckoned with. */
function TokenEnd({ token, now }: { token: ApiToken; now: number }) {
  if (tokenState(token, now) !== "works") return <RelativeTime at={token.revokedAt ?? token.expiresAt} />;
  const leftMs = token.expiresAt - now;
  const stepMs = leftMs > DAY_MS ? DAY_MS : 1_000;
  return (
    <Tooltip content={formatInstantFull(token.expiresAt)}>
      <time dateTime={new Date(token.expiresAt).toISOString()} className="tabular">
        in {formatDuration(Math.round(leftMs / stepMs) * stepMs)}
      </time>
    </Tooltip>
  );
}

function State({ token, now }: { token: ApiToken; now: number }) {
  switch (tokenState(token, now)) {
    case "revoked":
      return <StateTag tone="neutral" icon={Ban} word="revoked" />;
    case "expired":
      return <StateTag tone="neutral" icon={CalendarX2} word="expired" />;
    case "works":
      return endsSoon(token, now) ? (
        <StateTag tone="notice" word="ends soon" hint="It expires within a week." />
      ) : (
        <StateTag tone="ok" word="works" />
      );
  }
}
