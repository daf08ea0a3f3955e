const CLOCK = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});
const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** recordTime is a record's timestamp in the viewer's zone, to the millisecond; the date where it is not today's. */
export function recordTime(at: number, now: number): string {
  const date = DATE.format(at);
  return date === DATE.format(now) ? CLOCK.format(at) : `${date}, ${CLOCK.format(at)}`;
}
