/** The cookie that remembers whether the navigation shows icons alone. */
export const NAV_COOKIE = "sluice-nav";
