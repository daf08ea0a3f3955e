import { handle } from "#lib/http/handle.ts";
import { openApiDocument, type OpenApiDocument } from "#lib/http/openapi.ts";

let document: OpenApiDocument | undefined;

/** openapiRoute answers the description of the API; it is open, as the source is. */
export const openapiRoute = handle("/api/openapi.json", () => {
  document ??= openApiDocument();
  return Promise.resolve(Response.json(document));
});
