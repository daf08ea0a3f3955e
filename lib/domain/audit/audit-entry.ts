import type { Actor } from "#lib/domain/access/user.ts";

/**
 * States of an audit entry. `started` is written before the effect; one that stays `started` reads "outcome
 * unknown". `refused` had no effect on purpose, `failed` ended in an error.
 */
export type AuditState = "started" | "done" | "refused" | "failed";

/** AuditTarget names what an action was about: coordinates, never a payload or a secret. */
export type AuditTarget = Readonly<Record<string, string>>;

/** AuditEntry is who did what to what, and how it ended. Instants are epoch ms. */
export interface AuditEntry {
  id: string;
  at: number;
  requestId: string;
  actorKind: Actor["kind"];
  /** The user's or the token's id; null for the worker and for nobody. */
  actorId: string | null;
  /** What people call the actor: an email, `worker`, `nobody`. */
  actorLabel: string;
  /** `noun.verb`, as the endpoint's contract names it. */
  action: string;
  target: AuditTarget;
  state: AuditState;
  errorCode: string | null;
  completedAt: number | null;
}

/** auditActor is the part of an entry that says who acted. */
export function auditActor(actor: Actor): Pick<AuditEntry, "actorKind" | "actorId" | "actorLabel"> {
  switch (actor.kind) {
    case "user":
      return { actorKind: actor.kind, actorId: actor.userId, actorLabel: actor.email };
    case "token":
      return { actorKind: actor.kind, actorId: actor.tokenId, actorLabel: actor.email };
    case "worker":
    case "nobody":
      return { actorKind: actor.kind, actorId: null, actorLabel: actor.kind };
  }
}
