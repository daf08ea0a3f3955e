import { handle } from "#lib/http/handle.ts";
import { AppError } from "#lib/services/app-error.ts";

/** pathUnknown answers every API path that no route serves: 404 `path_unknown`. */
export const pathUnknown = handle("(unknown path)", () =>
  Promise.reject(new AppError("path_unknown", "The API has no such path. See /api/openapi.json.")),
);
