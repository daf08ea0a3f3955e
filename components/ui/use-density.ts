import { useSyncExternalStore } from "react";

import { DENSITY_COOKIE, type Density } from "./density.ts";

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-density"] });
  return () => {
    observer.disconnect();
  };
}

function snapshot(): Density {
  return document.documentElement.dataset.density === "compact" ? "compact" : "comfortable";
}

/** The density in force: the `data-density` attribute of the page. */
export function useDensity(): Density {
  return useSyncExternalStore(subscribe, snapshot, () => "comfortable");
}

/** Sets and remembers the density for a year on this browser. */
export function setDensity(density: Density): void {
  document.documentElement.dataset.density = density;
  document.cookie = `${DENSITY_COOKIE}=${density}; path=/; max-age=31536000; samesite=lax`;
}
