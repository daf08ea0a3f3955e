import { countSelection as countSelectionContract } from "#lib/contracts/dead-letters.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { countSelection } from "#lib/services/dead-letters/count-selection.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(countSelectionContract, countSelection),
});
