import type { GroupMute } from "#lib/domain/groups/mute.ts";

/** muteWords says until when lag is expected and why: `Lag is expected until 10:40: job 12 replays records to it.` */
export function muteWords({ reason }: Pick<GroupMute, "reason">, until: string): string {
  return `Lag is expected until ${until}: ${reason.replace(/^Job /, "job ")}`;
}
