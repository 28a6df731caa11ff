const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const steps: [limit: number, unit: Intl.RelativeTimeFormatUnit, size: number][] = [
  [hour, "minute", minute],
  [day, "hour", hour],
  [30 * day, "day", day],
  [365 * day, "month", 30 * day],
  [Infinity, "year", 365 * day],
];

const relative = new Intl.RelativeTimeFormat("en-US");
const relativeDays = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
const exact = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "long" });
const clock = new Intl.DateTimeFormat("en-US", { timeStyle: "short" });
const monthAndDay = new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric" });
const calendar = new Intl.DateTimeFormat("en-US", { dateStyle: "medium" });

/** "4 minutes ago", "in 3 days"; "just now" within the minute, which also covers a server clock slightly ahead. */
export function relativeTime(iso: string, now: number): string {
  const distance = Date.parse(iso) - now;
  const size = Math.abs(distance);
  if (size < minute) return "just now";
  for (const [limit, unit, unitSize] of steps) {
    // "Yesterday" is shorter than "1 day ago" and means the same; "last month" may mean something else.
    if (size < limit) return (unit === "day" ? relativeDays : relative).format(Math.trunc(distance / unitSize), unit);
  }
  return exactTime(iso);
}

/** Date, time and zone, as the viewer's clock has it. */
export function exactTime(iso: string): string {
  return exact.format(new Date(iso));
}

export function calendarDate(iso: string): string {
  return calendar.format(new Date(iso));
}

/** As short as a moment near now can be said: "2:05 PM" on the same day, else "Nov 29". */
export function shortMoment(iso: string, now: number): string {
  return (dayOf(iso) === dayOf(now) ? clock : monthAndDay).format(new Date(iso));
}

export function daysBetween(from: number, iso: string): number {
  return (Date.parse(iso) - from) / day;
}

/** The last moment of a calendar day ("2027-02-21") in the viewer's zone, so that a key lives through the day named. */
export function endOfDay(date: string): string | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (!parts) return null;
  const [year, month, dayOfMonth] = parts.slice(1).map(Number) as [number, number, number];
  const end = new Date(year, month - 1, dayOfMonth, 23, 59, 59);
  return end.getMonth() === month - 1 ? end.toISOString() : null;
}

/** The calendar day of a moment, in the viewer's zone, as a date field takes it. */
export function dayOf(moment: number | string): string {
  const date = new Date(moment);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function inDays(now: number, days: number): string {
  return dayOf(now + days * day);
}

/** A moment to the minute in the viewer's zone, as a date-and-time field takes it. */
export function localMinute(moment: number | string): string {
  const date = new Date(moment);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${dayOf(moment)}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

const clockWithSeconds = new Intl.DateTimeFormat("en-US", { timeStyle: "medium" });

/** "2:05:09 PM", in the viewer's zone: for what is seconds away. */
export function clockTime(iso: string): string {
  return clockWithSeconds.format(new Date(iso));
}
