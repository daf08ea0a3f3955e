import { describe, expect, it } from "vitest";
import { configMeaning, shownConfigs } from "#components/topics/config-words.ts";

const config = (name: string, value: string | null, overridden = false) => ({ name, value, overridden });

describe("what a setting's number means", () => {
  it.each([
    ["retention.ms", "604800000", "7 days"],
    ["retention.ms", "-1", "no limit"],
    ["retention.bytes", "-1", "no limit"],
    ["segment.bytes", "1073741824", "1.07 GB"],
    ["local.retention.ms", "-2", "as retention"],
    ["flush.ms", "9223372036854775807", "no limit"],
    ["compression.gzip.level", "-1", null],
    ["min.insync.replicas", "2", null],
    ["cleanup.policy", "delete", null],
    ["file.delete.delay.ms", "0", null],
  ])("%s = %s: %s", (name, value, meaning) => {
    expect(configMeaning(config(name, value))).toBe(meaning);
  });
  it("says nothing of a value that Kafka withholds", () => {
    expect(configMeaning(config("retention.ms", null))).toBeNull();
  });
});

describe("the list of settings", () => {
  const all = [config("b.ms", "1"), config("z.bytes", "2", true), config("a.policy", "compact")];
  it("has the overridden first, then names in order", () => {
    expect(shownConfigs(all, "").map(({ name }) => name)).toEqual(["z.bytes", "a.policy", "b.ms"]);
  });
  it("filters by name and by value, in any case", () => {
    expect(shownConfigs(all, "COMPACT").map(({ name }) => name)).toEqual(["a.policy"]);
    expect(shownConfigs(all, ".ms").map(({ name }) => name)).toEqual(["b.ms"]);
  });
});
