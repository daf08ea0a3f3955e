import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { GalleryView } from "#components/gallery/gallery-view.tsx";

/** The tab's name. */
export const metadata: Metadata = { title: "Gallery" };

/** Every state of the building blocks; there is no such page outside development. */
export default function GalleryPage() {
  // eslint-disable-next-line no-restricted-properties -- set by Next itself, not by the operator
  if (process.env.NODE_ENV !== "development") notFound();
  return <GalleryView />;
}
