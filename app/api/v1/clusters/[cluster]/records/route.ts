import { produceRecord as produceRecordContract } from "#lib/contracts/records.ts";
import { methods } from "#lib/http/methods.ts";
import { withRoute } from "#lib/http/with-route.ts";
import { produceRecord } from "#lib/services/records/produce-record.ts";

export const { GET, POST, PUT, PATCH, DELETE } = methods({
  POST: withRoute(produceRecordContract, produceRecord, {
    auditInput: ({ body }) => ({ topic: body.topic, reason: body.reason }),
    auditTarget: ({ partition, offset }) => ({ partition: `${partition}`, offset: offset.toString() }),
  }),
});
