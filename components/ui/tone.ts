import { TriangleAlert, CircleCheck, CircleDashed, Info, OctagonAlert, type LucideIcon } from "lucide-react";

/** The tones a state may have. `ok` is quiet, `critical` is rare, `neutral` is everything else. */
export const TONES = ["ok", "notice", "warning", "critical", "neutral"] as const;

/** One of {@link TONES}. */
export type Tone = (typeof TONES)[number];

/** Text colour of a tone, readable on ground, raised, sunken and on the tone's own background. */
export const TONE_TEXT: Record<Tone, string> = {
  ok: "text-ok",
  notice: "text-notice",
  warning: "text-warning",
  critical: "text-critical",
  neutral: "text-muted",
};

/** Border, background and text of a tinted surface. */
export const TONE_SURFACE: Record<Tone, string> = {
  ok: "border-ok-line bg-ok-bg text-ok",
  notice: "border-notice-line bg-notice-bg text-notice",
  warning: "border-warning-line bg-warning-bg text-warning",
  critical: "border-critical-line bg-critical-bg text-critical",
  neutral: "border-line bg-sunken text-muted",
};

/** Solid fill of a tone, for bars and dots. */
export const TONE_FILL: Record<Tone, string> = {
  ok: "bg-ok",
  notice: "bg-notice",
  warning: "bg-warning",
  critical: "bg-critical",
  neutral: "bg-line-strong",
};

/** CSS colour of a tone, for SVG. */
export const TONE_COLOR: Record<Tone, string> = {
  ok: "var(--ok-fg)",
  notice: "var(--notice-fg)",
  warning: "var(--warning-fg)",
  critical: "var(--critical-fg)",
  neutral: "var(--muted)",
};

/** The icon of a tone: a different outline each, so that a state is told without colour. */
export const TONE_ICON: Record<Tone, LucideIcon> = {
  ok: CircleCheck,
  notice: Info,
  warning: TriangleAlert,
  critical: OctagonAlert,
  neutral: CircleDashed,
};

/** A state as a tag: its tone, its word, and on hover what it means. */
export interface ToneWords {
  tone: Tone;
  word: string;
  meaning: string;
}
