import { describe, expect, it } from "vitest";
import { checkoutRoot, readOptions } from "#scripts/demo/options.ts";

describe("readOptions", () => {
  it("runs the shop in .sluice with servers of its own unless told otherwise", () => {
    expect(readOptions([], {} as NodeJS.ProcessEnv)).toEqual({
      fresh: false,
      scenario: undefined,
      shop: true,
      home: `${checkoutRoot()}/.sluice`,
      kafkaBrokers: undefined,
      databaseUrl: undefined,
    });
  });

  it("takes folder, Kafka and database from the environment, and an empty variable for none", () => {
    const env = { SLUICE_HOME: ".sluice/e2e", KAFKA_BROKERS: "b:9092", DATABASE_URL: "" } as unknown;
    expect(readOptions(["--fresh"], env as NodeJS.ProcessEnv)).toMatchObject({
      fresh: true,
      home: `${checkoutRoot()}/.sluice/e2e`,
      kafkaBrokers: "b:9092",
      databaseUrl: undefined,
    });
  });

  it.each([
    [["--scenario", "sunny"], "there is no scenario sunny; there are calm, slow-consumer"],
    [["--no-shop", "--scenario", "poison"], "--scenario needs the shop"],
    [["--frehs"], "Unknown option '--frehs'"],
    [["poison"], "Unexpected argument 'poison'"],
  ])("refuses %j", (args, sentence) => {
    expect(() => readOptions(args, {} as NodeJS.ProcessEnv)).toThrow(sentence);
  });
});
