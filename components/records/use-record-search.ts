import { useEffect, useState, useSyncExternalStore } from "react";

import { stream } from "#lib/client/stream.ts";
import { searchRecords } from "#lib/contracts/records.ts";
import type { RecordSearch } from "#lib/domain/records/record-search.ts";

import { SearchRunner, type SearchView } from "./search-runner.ts";

/** The search of a page, and what can be done with it. */
interface RunningSearch {
  view: SearchView;
  runner: SearchRunner;
}

/**
 * Runs a search for as long as the component stands: anew whenever `runKey`, which tells one question from another,
 * changes; null asks nothing.
 */
export function useRecordSearch(cluster: string, search: RecordSearch | null, runKey: string): RunningSearch {
  const [runner] = useState(
    () =>
      new SearchRunner((body, signal) => stream(searchRecords, { params: { cluster }, body }, { signal })),
  );
  const view = useSyncExternalStore(runner.subscribe, runner.view, runner.view);
  useEffect(() => {
    if (search === null) {
      runner.clear();
      return undefined;
    }
    runner.start(search);
    return () => {
      runner.stop();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- runKey stands for the search
  }, [runner, runKey]);
  return { view, runner };
}
