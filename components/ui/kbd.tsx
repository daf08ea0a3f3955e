interface KbdProps {
  /** Keys parted by spaces: `g t`, `Ctrl K`. */
  keys: string;
}

/** Keys as caps. */
export function Kbd({ keys }: KbdProps) {
  return (
    <span className="inline-flex shrink-0 gap-0.5">
      {keys.split(" ").map((key, index) => (
        <kbd
          key={`${key}-${index}`}
          className="border-line bg-sunken text-muted inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border px-1 font-sans text-[11px] leading-none"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
