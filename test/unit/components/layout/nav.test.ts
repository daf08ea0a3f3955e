import { describe, expect, test } from "vitest";

import { NAV, navEntryAt } from "#components/layout/nav.ts";
import { paths } from "#lib/contracts/paths.ts";

describe("the page in the navigation", () => {
  test.each([
    [paths.overview("dev"), "overview"],
    [paths.groups("dev"), "groups"],
    [paths.group("dev", "a/b c%d"), "groups"],
    [paths.topic("dev", "order.order.created"), "topics"],
    [paths.saga("shop~fulfilment~f1"), "sagas"],
    [paths.settingsTokens(), "settings"],
  ])("%s belongs to %s", (pathname, id) => {
    expect(navEntryAt(pathname, "dev")?.id).toBe(id);
  });
  test("another cluster's page belongs to none", () => {
    expect(navEntryAt(paths.groups("other"), "dev")).toBeUndefined();
  });
  test("every page has its own letter, and none is the one that begins", () => {
    const letters = NAV.map((entry) => entry.letter);
    expect(new Set(letters).size).toBe(letters.length);
  });
});
