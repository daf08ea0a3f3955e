/** countPhrase writes a whole number with separators: `12,480`. */
function countPhrase(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** recordsPhrase writes a number of records: `1 record`, `12,480 records`. */
export function recordsPhrase(value: number): string {
  return `${countPhrase(value)} ${Math.round(value) === 1 ? "record" : "records"}`;
}

/** durationPhrase writes a duration in ms in its two greatest units: `4 m 12 s`, `2 h 10 m`, `3 d 4 h`, `8 s`. */
export function durationPhrase(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const first = units.findIndex(([value]) => value > 0);
  if (first < 0) return "0 s";
  return units
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(" ");
}

/** ratePhrase writes records a second: `120/s`, `0.4/s`. */
export function ratePhrase(perSecond: number): string {
  return perSecond > 0 && perSecond < 10 ? `${perSecond.toFixed(1)}/s` : `${countPhrase(perSecond)}/s`;
}

/** partitionsPhrase writes a number of partitions: `1 partition`, `3 partitions`. */
export function partitionsPhrase(count: number): string {
  return `${countPhrase(count)} ${count === 1 ? "partition" : "partitions"}`;
}
