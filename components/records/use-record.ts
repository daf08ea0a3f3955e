import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { query } from "#lib/client/query.ts";
import { getRecord } from "#lib/contracts/records.ts";
import type { DecoderChoice } from "#lib/domain/records/record.ts";

import type { RecordAt } from "./record-key.ts";

interface UseRecordInput {
  cluster: string;
  at: RecordAt;
  keyAs: DecoderChoice;
  valueAs: DecoderChoice;
}

/** One record, whole, with its neighbours. A record never changes: it is read once. */
export function useRecord({ cluster, at, keyAs, valueAs }: UseRecordInput) {
  return useQuery({
    ...query(getRecord, {
      params: { cluster, topic: at.topic, partition: at.partition, offset: at.offset },
      query: { keyDecoder: keyAs, valueDecoder: valueAs },
    }),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  });
}
