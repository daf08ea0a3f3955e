const MOST = 1_000_000;

/** rateOf reads a brake in records a second; empty is none (null), anything else that is no such number a fault. */
export function rateOf(text: string): { rate: number | null } | { fault: string } {
  const trimmed = text.trim();
  if (trimmed === "") return { rate: null };
  const rate = Number(trimmed);
  return Number.isFinite(rate) && rate >= 1 && rate <= MOST
    ? { rate }
    : { fault: "Give a number from 1 to 1,000,000, or leave it empty." };
}
