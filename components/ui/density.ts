/** How tall the rows of lists are. */
export type Density = "comfortable" | "compact";

/** Row height in px for each density; `globals.css` has the same numbers as `--row-height`. */
export const ROW_HEIGHT_PX: Record<Density, number> = { comfortable: 36, compact: 28 };

/** The cookie that remembers the density, so that the server draws the right one at once. */
export const DENSITY_COOKIE = "sluice-density";
