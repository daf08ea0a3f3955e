import type { ReactNode } from "react";

interface GallerySectionProps {
  title: string;
  children: ReactNode;
}

/** One family of components in the gallery. */
export function GallerySection({ title, children }: GallerySectionProps) {
  return (
    <section className="mb-8">
      <h2 className="text-muted border-line mb-3 border-b pb-1 text-sm font-medium">{title}</h2>
      <div className="flex flex-col gap-4">{children}</div>
    </section>
  );
}
