import {
  listOffsetSnapshots as listOffsetSnapshotsContract,
  saveOffsetSnapshot as saveOffsetSnapshotContract,
} from "#lib/contracts/offset-resets.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { listOffsetSnapshots } from "#lib/services/offset-resets/list-offset-snapshots.ts";
import { saveOffsetSnapshot } from "#lib/services/offset-resets/save-offset-snapshot.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  GET: withRoute(listOffsetSnapshotsContract, listOffsetSnapshots),
  POST: withRoute(saveOffsetSnapshotContract, saveOffsetSnapshot, {
    auditTarget: ({ id, name }) => ({ id, name }),
  }),
});
