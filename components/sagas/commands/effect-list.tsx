import { Callout } from "#components/ui/callout.tsx";

interface EffectListProps {
  effects: readonly string[];
  warnings: readonly string[];
}

/** What a command will do, in the order in which it happens, and what to mind. */
export function EffectList({ effects, warnings }: EffectListProps) {
  return (
    <>
      <div>
        <h3 className="text-sm font-medium">What will happen</h3>
        <ol className="mt-1 flex list-decimal flex-col gap-1 pl-5 text-sm">
          {effects.map((sentence) => (
            <li key={sentence} className="break-words">
              {sentence}
            </li>
          ))}
        </ol>
      </div>
      {warnings.map((sentence) => (
        <Callout key={sentence} tone="warning" title={sentence} />
      ))}
    </>
  );
}
