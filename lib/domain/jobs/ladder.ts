/** RUNGS: how many records a canary may have sent in all before it waits for them to settle. */
const RUNGS = [1, 5, 50] as const;

/** firstRung is where a job of `planned` records begins; null where it may send all. */
export function firstRung(canary: boolean, planned: number): number | null {
  return canary && planned > RUNGS[0] ? RUNGS[0] : null;
}

/** nextRung is the rung above; null above the last one, and where the next one is the whole job. */
export function nextRung(rung: number, planned: number): number | null {
  const next = RUNGS.find((each) => each > rung);
  return next === undefined || next >= planned ? null : next;
}

/** allowedOn is how many more records a rung allows; without a rung any number. */
export function allowedOn(rung: number | null, sentInAll: number): number {
  return rung === null ? Number.POSITIVE_INFINITY : Math.max(0, rung - sentInAll);
}
