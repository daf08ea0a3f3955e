import { pathUnknown } from "#lib/http/path-unknown.ts";

export {
  pathUnknown as DELETE,
  pathUnknown as GET,
  pathUnknown as PATCH,
  pathUnknown as POST,
  pathUnknown as PUT,
};
