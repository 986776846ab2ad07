import type { AxisName } from "./axis";
import { shortWhole, whole } from "./format";
import { type Domain, ticks, toPixel } from "./scale";
import { duration, fromLocal, localClock, localDate, toLocal } from "./time-format";

/** Ticks and labels of the shared axis, of steps or of time. */

const DAY = 86400;
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, DAY];
/** Labels tell apart ticks that are so many in the domain, and places within it. */
const TICKS = 20;
const PLACES = 1000;
const MOST_TICKS = 200;

/** Places within the domain at whole steps or round times, about `count` of them at most, ascending. */
export function axisTicks(domain: Domain, count: number, axis: AxisName): number[] {
  if (axis === "step") return ticks(domain, count);
  const span = domain[1] - domain[0];
  if (!(span > 0) || count < 1) return [];
  const size = roundSeconds(span / count);
  if (axis === "relative") return multiples(domain, size);
  const times = multiples([toLocal(domain[0]), toLocal(domain[1])], Math.max(size, 1e-3)).map(fromLocal);
  return times.filter((t, i) => t >= domain[0] && t <= domain[1] && (i === 0 || t > times[i - 1]));
}

const ROOM_PER_LABEL = 80;
const LEAST_ROOM = 20;
const MOST_TRIED = 8;
const PER_CHARACTER = 6;
const GAP = 6;

export interface TickLabel {
  readonly at: number;
  readonly text: string;
}

/** Labels on an axis of so many pixels: two at least, at its ends where nothing rounder has room. */
export function tickLabels(domain: Domain, width: number, axis: AxisName): TickLabel[] {
  const usual = Math.max(1, Math.floor(width / ROOM_PER_LABEL));
  const most = Math.max(usual, Math.min(Math.floor(width / LEAST_ROOM), MOST_TRIED));
  for (let i = 0; i < most; i++) {
    // As many as usual, else more, else fewer.
    const labels = placed(
      axisTicks(domain, i <= most - usual ? usual + i : most - i, axis),
      domain,
      width,
      axis,
    );
    if (labels.length > 1 && haveRoom(labels, width)) return labels;
  }
  const [low, high] = axis === "step" ? [Math.ceil(domain[0]), Math.floor(domain[1])] : domain;
  return placed(low < high ? [low, high] : domain, domain, width, axis);
}

function placed(ticks: readonly number[], domain: Domain, width: number, axis: AxisName): TickLabel[] {
  return ticks.map((x) => ({ at: toPixel(x, domain, width), text: formatTick(x, axis, domain) }));
}

function haveRoom(labels: readonly TickLabel[], width: number): boolean {
  let end = -GAP - 1;
  return labels.every(({ at, text }) => {
    const [length, before] = [text.length * PER_CHARACTER, end];
    const left = at - { start: 0, middle: 0.5, end: 1 }[anchorAt(at, width)] * length;
    end = left + length;
    return left > before + GAP;
  });
}

/** Labels at the ends must not stick out. */
export function anchorAt(x: number, width: number): "start" | "middle" | "end" {
  if (x < 14) return "start";
  return x > width - 20 ? "end" : "middle";
}

/** The label of a tick. A tick at midnight is labelled by the day that begins. */
export function formatTick(value: number, axis: AxisName, domain: Domain): string {
  if (axis === "step") return shortWhole(value);
  const resolution = (domain[1] - domain[0]) / TICKS;
  if (axis === "relative") return duration(value, resolution);
  const midnight = toLocal(value) % DAY === 0;
  const years = new Date(domain[0] * 1000).getFullYear() !== new Date(domain[1] * 1000).getFullYear();
  return midnight || resolution >= DAY ? localDate(value, years) : localClock(value, resolution);
}

/** A place in full: "step 1,200", "1 h 20 min", "14 Mar 2025, 14:30:05". */
export function formatPlace(value: number, axis: AxisName, domain: Domain): string {
  if (axis === "step") return `step ${whole(value)}`;
  const resolution = (domain[1] - domain[0]) / PLACES;
  if (axis === "relative") return duration(value, resolution);
  return `${localDate(value)}, ${localClock(value, resolution)}`;
}

/** What the axis is of; for wall time with the day where all of it is one. */
export function axisTitle(axis: AxisName, domain: Domain): string {
  if (axis === "step") return "step";
  if (axis === "relative") return "time since the run's first window";
  const [from, to] = [localDate(domain[0]), localDate(domain[1])];
  return from === to ? `local time, ${from}` : "local time";
}

function roundSeconds(rough: number): number {
  if (rough > 1 && rough <= DAY) return SECONDS.find((size) => size >= rough * (1 - 1e-9)) ?? DAY;
  const unit = rough > DAY ? DAY : 1;
  const power = 10 ** Math.floor(Math.log10(rough / unit));
  const size = [1, 2, 5].map((m) => m * power).find((one) => one >= (rough / unit) * (1 - 1e-9));
  return (size ?? 10 * power) * unit;
}

function multiples([low, high]: Domain, size: number): number[] {
  const out: number[] = [];
  // Adding 0 makes 0 of -0.
  for (let i = Math.ceil(low / size - 1e-9) + 0; i * size <= high && out.length < MOST_TICKS; i++) {
    // 0.1 * 3 is not 0.3.
    out.push(size < 1 ? Number((i * size).toPrecision(15)) : i * size);
  }
  return out;
}
