"use client";

import { useTheme } from "next-themes";
import { useState } from "react";

import { Button } from "#components/ui/button.tsx";
import { setDensity, useDensity } from "#components/ui/use-density.ts";
import { useNow } from "#components/ui/use-now.ts";

import { ChartsSection } from "./charts-section.tsx";
import { ControlsSection } from "./controls-section.tsx";
import { FrameSection } from "./frame-section.tsx";
import { ListSection } from "./list-section.tsx";
import { NumbersSection } from "./numbers-section.tsx";
import { RecordsSection } from "./records-section.tsx";

/** Every state of `ui/`, `charts/` and the frame on one page, for looking at in both themes. */
export function GalleryView() {
  const now = useNow(3_600_000);
  return now === null ? null : <Gallery loadedAt={now} />;
}

function Gallery({ loadedAt }: { loadedAt: number }) {
  const [now] = useState(() => Math.max(loadedAt, Date.now()));
  const { resolvedTheme, setTheme } = useTheme();
  const density = useDensity();
  return (
    <main className="mx-auto max-w-[1440px] px-6 py-6">
      <header className="mb-6 flex items-center gap-3">
        <h1 className="text-xl font-semibold tracking-tight">Gallery</h1>
        <Button
          size="sm"
          className="ml-auto"
          onClick={() => {
            setTheme(resolvedTheme === "dark" ? "light" : "dark");
          }}
        >
          {resolvedTheme === "dark" ? "Light" : "Dark"}
        </Button>
        <Button
          size="sm"
          onClick={() => {
            setDensity(density === "compact" ? "comfortable" : "compact");
          }}
        >
          {density === "compact" ? "Comfortable" : "Compact"}
        </Button>
      </header>
      <FrameSection now={now} />
      <NumbersSection now={now} />
      <ControlsSection />
      <ListSection />
      <RecordsSection />
      <ChartsSection now={now} />
    </main>
  );
}
