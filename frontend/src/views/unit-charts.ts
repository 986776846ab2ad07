import { exact, whole } from "../lib/format";
import { STOPPED, stateName } from "../lib/words";
import type { UnitAnswer } from "../state/unit-answers";
import type { ChartLine, ChartModel } from "./chart-model";

/** A unit's recorded statistics as charts. */

export const STATISTICS = [
  "zero_fraction",
  "negative_fraction",
  "gradient_norm",
  "mean_activation",
  "bias",
] as const;
type Name = (typeof STATISTICS)[number];

const KINDS: Record<Name, ChartModel["kind"]> = {
  zero_fraction: "fraction",
  negative_fraction: "fraction",
  gradient_norm: "magnitude",
  mean_activation: "magnitude",
  bias: "signed",
};

export function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/** One chart for each statistic that any run has of the unit. */
export function unitCharts(answers: readonly UnitAnswer[]): ChartModel[] {
  return STATISTICS.filter((name) => answers.some(({ history }) => history[name])).map((name) => ({
    title: capital(stateName(name)),
    kind: KINDS[name],
    lines: answers.filter(({ history }) => history[name]).map((answer) => lineOf(answer, name)),
    without: answers
      .filter(({ history }) => !history[name])
      .map(({ run, info }) => [run, why(name, info.gradient_at, info.fraction)] as const),
  }));
}

function why(name: Name, gradientAt: string | null, fraction: string | null): string {
  if (name === "gradient_norm" && gradientAt === "stopped") return STOPPED;
  if (KINDS[name] === "fraction" && fraction) return `${stateName(fraction)} instead`;
  return "not recorded";
}

function lineOf({ run, spans, history }: UnitAnswer, name: Name): ChartLine {
  const values = Float64Array.from(history[name] ?? [], (value) => value ?? Number.NaN);
  const read = (record: number) => {
    if (history.states[record] === "absent") return "no such unit";
    const value = values[record];
    if (Number.isNaN(value)) return "no value";
    const active = KINDS[name] === "fraction" ? history.active?.[record] : null;
    return active == null
      ? exact(value)
      : `${exact(value)}, ${whole(active)} active of ${whole(history.samples[record])}`;
  };
  return { run, spans, values, read };
}
