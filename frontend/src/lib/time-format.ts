/** Times and durations as people read them, no finer than is worth reading. Times are seconds since 1970. */

const UNITS = [
  [86400, "d"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
] as const;

/** The largest unit, or below a second decimal place, that is not coarser than a resolution in seconds. */
export function unitWithin(resolution: number): number {
  const unit = UNITS.find(([size]) => size <= resolution);
  return unit ? unit[0] : 10 ** Math.floor(Math.log10(Math.max(resolution, 1e-6)) + 1e-9);
}

/** "1 h 20 min": a duration, rounded to the unit within the resolution. */
export function duration(seconds: number, resolution: number): string {
  const unit = unitWithin(resolution);
  let rest = Math.round(Math.abs(seconds) / unit) * unit;
  const parts: string[] = [];
  for (const [size, name] of UNITS) {
    const count = size === 1 ? rest : Math.floor(rest / size + 1e-9);
    rest -= count * size;
    const digits = size === 1 && unit < 1 ? Math.round(-Math.log10(unit)) : 0;
    const value = Number(count.toFixed(digits));
    if (value > 0) parts.push(`${value} ${name}`);
  }
  return parts.length ? `${seconds < 0 ? "−" : ""}${parts.join(" ")}` : "0";
}

/** "14 Mar 2025" on the reader's calendar. */
export function localDate(seconds: number, year = true): string {
  const options = { day: "numeric", month: "short", ...(year ? { year: "numeric" as const } : {}) } as const;
  return new Date(seconds * 1000).toLocaleDateString("en-GB", options);
}

/** "14:30", "14:30:05" or "14:30:05.250" on the reader's clock, as fine as the resolution asks for. */
export function localClock(seconds: number, resolution: number): string {
  const unit = unitWithin(resolution);
  const rounded = new Date(Math.round(seconds / Math.min(unit, 60)) * Math.min(unit, 60) * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const parts = [two(rounded.getHours()), two(rounded.getMinutes())];
  if (unit < 60) parts.push(two(rounded.getSeconds()));
  const text = parts.join(":");
  return unit < 1 ? `${text}.${String(rounded.getMilliseconds()).padStart(3, "0")}` : text;
}

/** Seconds on the reader's clock, as if that were the one of 1970: its midnights are multiples of a day. */
export function toLocal(seconds: number): number {
  return seconds - new Date(seconds * 1000).getTimezoneOffset() * 60;
}

/** The inverse of `toLocal`, also across a change to summer time. */
export function fromLocal(local: number): number {
  const at = new Date(Math.round(local * 1000));
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const [hour, minute, second] = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()];
  return new Date(year, month, day, hour, minute, second, at.getUTCMilliseconds()).getTime() / 1000;
}
