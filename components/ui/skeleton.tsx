import { clsx } from "clsx";

interface SkeletonProps {
  /** Tailwind size classes of the final thing: "h-4 w-24". */
  className?: string;
}

/** A placeholder of the final size, so that nothing jumps when the value arrives. */
export function Skeleton({ className }: SkeletonProps) {
  return <span aria-hidden className={clsx("bg-line animate-pulse-soft block rounded-sm", className)} />;
}
