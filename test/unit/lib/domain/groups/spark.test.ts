import { describe, expect, test } from "vitest";
import { addToSpark, sparkAt, SPARK_POINTS } from "#lib/domain/groups/spark.ts";

const MINUTE = 60_000;

describe("a sparkline", () => {
  test("keeps the greatest lag of each minute", () => {
    let spark = addToSpark(null, 10 * MINUTE, 5);
    spark = addToSpark(spark, 10 * MINUTE + 20_000, 90);
    spark = addToSpark(spark, 10 * MINUTE + 40_000, 7);
    spark = addToSpark(spark, 11 * MINUTE, 3);
    expect(sparkAt(spark, 11 * MINUTE).slice(-3)).toEqual([null, 90, 3]);
  });
  test("moves on with the clock: minutes without a sample are gaps", () => {
    const spark = addToSpark(null, 10 * MINUTE, 5);
    expect(sparkAt(spark, 13 * MINUTE).slice(-4)).toEqual([5, null, null, null]);
    expect(sparkAt(spark, 100 * MINUTE)).toEqual(new Array(SPARK_POINTS).fill(null));
  });
  test("an unknown lag is no point", () => {
    expect(sparkAt(addToSpark(null, 0, null), 0)).toEqual(new Array(SPARK_POINTS).fill(null));
  });
  test("always has sixty points", () => {
    expect(sparkAt(null, 5 * MINUTE)).toHaveLength(SPARK_POINTS);
    expect(sparkAt(addToSpark(null, 0, 1), 5 * MINUTE)).toHaveLength(SPARK_POINTS);
  });
});
