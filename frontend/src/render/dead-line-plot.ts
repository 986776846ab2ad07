import uPlot from "uplot";
import { percent, whole } from "../lib/format";
import type { Domain } from "../lib/scale";
import type { Timeline } from "../wire/api";
import { THEMES, type Theme } from "./theme";

export interface DeadLineOptions {
  readonly own: Timeline;
  /** 0 or 1: which of the run colours. */
  readonly ownColour: number;
  readonly other: Timeline | null;
  readonly domain: Domain;
  readonly mostDead: number;
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
  readonly gutters: readonly [number, number];
}

const LEAST_TOP = 4;
const FONT = '11px Roboto, "Helvetica Neue", Helvetica, Arial, sans-serif';
const ROOM_PER_LABEL = 26;

export function drawDeadLine(into: HTMLElement, options: DeadLineOptions): uPlot {
  const theme = THEMES[options.theme];
  const colour = theme.runs[options.ownColour] ?? theme.runs[0];
  const top = Math.max(LEAST_TOP, options.mostDead) * 1.08;
  const stepped = uPlot.paths.stepped?.({ align: -1 }) as uPlot.Series.PathBuilder;
  const series: uPlot.Series[] = [
    {},
    { stroke: theme.axis, width: 1, paths: stepped, points: { show: false }, spanGaps: true },
    {
      stroke: colour,
      fill: `${colour}2e`,
      width: 2,
      paths: stepped,
      points: { show: options.own.steps.length === 1 },
      spanGaps: true,
    },
  ];
  const axes: uPlot.Axis[] = [
    { show: false },
    {
      size: options.gutters[0],
      stroke: theme.text,
      font: FONT,
      gap: 3,
      space: ROOM_PER_LABEL,
      incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 50000, 100000, 1000000],
      grid: { stroke: theme.grid, width: 1 },
      ticks: { show: false },
      values: (_, splits) => splits.map((count) => whole(count)),
    },
  ];
  return new uPlot(
    {
      width: options.width,
      height: options.height,
      padding: [4, options.gutters[1], 6, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, range: [options.domain[0], options.domain[1]] },
        y: { range: [0, top] },
      },
      series,
      axes,
      hooks: { draw: [(plot) => labelShares(plot, options.own.widths, theme.text)] },
    },
    merged(options.own, options.other),
    into,
  );
}

/** Both runs' counts over the union of their steps; each line starts at its first window. */
function merged(own: Timeline, other: Timeline | null): uPlot.AlignedData {
  const [mine, theirs] = [points(own), other ? points(other) : new Map<number, number>()];
  const steps = [...new Set([...mine.keys(), ...theirs.keys()])].sort((a, b) => a - b);
  return [steps, steps.map((s) => theirs.get(s) ?? null), steps.map((s) => mine.get(s) ?? null)];
}

function points(timeline: Timeline): Map<number, number> {
  const { dead } = timeline.states;
  const out = new Map<number, number>();
  if (dead.length) out.set(timeline.window_start_steps[0], dead[0]);
  timeline.steps.forEach((step, i) => {
    out.set(step, dead[i]);
  });
  return out;
}

/** The share of the layer's units beside each grid line, where all records have the same number of units. */
function labelShares(plot: uPlot, widths: readonly number[], colour: string): void {
  const width = widths[0];
  if (!width || widths.some((w) => w !== width)) return;
  const { ctx, bbox } = plot;
  const splits = (plot.axes[1] as uPlot.Axis & { _splits?: number[] })._splits ?? [];
  ctx.save();
  ctx.fillStyle = colour;
  ctx.font = FONT.replace("11px", `${10 * devicePixelRatio}px`);
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  for (const count of splits) {
    if (count <= 0 || count > width) continue;
    const y = plot.valToPos(count, "y", true);
    if (y > bbox.top + 10 * devicePixelRatio)
      ctx.fillText(percent(count / width), bbox.left + 4 * devicePixelRatio, y - devicePixelRatio);
  }
  ctx.restore();
}
