import { formatInstantFull } from "#components/ui/format-instant.ts";
import { formatDuration } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";

/** What {@link retentionWords} tells it from. */
export interface RetentionFacts {
  /** Share of the kept records that are unread; null when unknown. */
  retentionUsed: number | null;
  /** When the first unread record may go, at the earliest; null when none is told. */
  expiresAt: number | null;
  observedAt: number;
}

/** The share in a word, its tone where it needs attention, and what it means. */
export interface RetentionWords {
  word: string;
  tone: Tone | undefined;
  why: string;
}

/** Why a share is not known. */
export const NO_RETENTION =
  "Told for topics that delete by age or size, once start, end and commit are known; a compacted topic has none.";
/** How the share is computed. */
export const RETENTION_HINT =
  "The greatest share, over partitions, of the records Kafka keeps that the group has not read; past 100% records are lost unread.";

const SOON_MS = 3_600_000;
const NEARLY = 0.8;

/** retentionWords says how much of what Kafka keeps is unread and when the first of it may go; null when unknown. */
export function retentionWords(facts: RetentionFacts): RetentionWords | null {
  const { retentionUsed: used, expiresAt, observedAt } = facts;
  if (used === null) return null;
  const leftMs = expiresAt === null ? null : expiresAt - observedAt;
  return { word: shareWord(used), tone: toneOf(used, leftMs), why: whyOf(used, expiresAt, leftMs) };
}

function shareWord(used: number): string {
  if (used > 0 && used < 0.01) return "<1%";
  return used > 9.99 ? ">999%" : `${Math.round(used * 100)}%`;
}

/** Unread records are in danger by the time that is left; where that is not told, by the share. */
function toneOf(used: number, leftMs: number | null): Tone | undefined {
  if (used > 1 || (leftMs !== null && leftMs <= 0)) return "critical";
  if (leftMs !== null) return leftMs <= SOON_MS ? "warning" : undefined;
  return used >= NEARLY ? "warning" : undefined;
}

function whyOf(used: number, expiresAt: number | null, leftMs: number | null): string {
  if (used === 0) return "Everything that Kafka keeps is read.";
  if (used > 1) return "Kafka has deleted records that the group had not read.";
  if (expiresAt === null || leftMs === null) {
    return "Of the records that Kafka keeps this share is unread; when the first of it goes is not told.";
  }
  if (leftMs <= 0) return "The first unread record is past its retention: Kafka may delete it now.";
  return `Kafka may delete the first unread record in ${formatDuration(leftMs)} at the earliest, ${formatInstantFull(expiresAt)}.`;
}
