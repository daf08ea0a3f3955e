import {
  createToken as createTokenContract,
  listTokens as listTokensContract,
} from "#lib/contracts/access.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { createToken } from "#lib/services/access/create-token.ts";
import { listTokens } from "#lib/services/access/list-tokens.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listTokensContract, listTokens),
  POST: withRoute(createTokenContract, createToken, { auditTarget: ({ token }) => ({ id: token.id }) }),
});
