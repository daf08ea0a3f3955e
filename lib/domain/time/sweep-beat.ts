/** A beat: the pause between two sweeps, in ms. */
export const SWEEP_BEAT_MS = 10_000;

/** No verdict looks further back than this. */
export const WINDOW_LIMIT_MS = 30 * 60_000;
/** As many samples as that is, both ends counted: what is kept in memory. */
export const WINDOW_LIMIT_SAMPLES = WINDOW_LIMIT_MS / SWEEP_BEAT_MS + 1;
