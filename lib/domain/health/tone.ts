/** Tones, worst first: the four of the design and nothing else. */
export const TONES = ["critical", "warning", "notice", "ok"] as const;
export type Tone = (typeof TONES)[number];
