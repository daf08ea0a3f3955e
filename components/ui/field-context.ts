import { createContext, use } from "react";

/** What a Field tells the control inside it. */
export interface FieldWiring {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
}

/** Carries the wiring of the nearest Field. */
export const FieldContext = createContext<FieldWiring | null>(null);

/** Attributes that tie a control to its Field; empty outside one. */
export function useFieldAttributes(): {
  id?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
} {
  const wiring = use(FieldContext);
  if (wiring === null) return {};
  return {
    id: wiring.id,
    ...(wiring.describedBy === undefined ? {} : { "aria-describedby": wiring.describedBy }),
    ...(wiring.invalid ? { "aria-invalid": true } : {}),
  };
}
