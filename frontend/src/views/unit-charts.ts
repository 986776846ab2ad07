import { exact } from "../lib/format";
import { STOPPED, stateName } from "../lib/words";
import type { UnitAnswer } from "../state/unit-answers";
import type { ChartLine, ChartModel } from "./chart-model";

/** A unit's recorded statistics as charts. */

/** What may be recorded; of the two fractions a layer has one. */
export const STATISTICS = [
  "zero_fraction",
  "negative_fraction",
  "gradient_norm",
  "mean_activation",
  "bias",
] as const;
type Name = (typeof STATISTICS)[number];

const CHARTS: readonly (readonly [ChartModel["kind"], readonly Name[]])[] = [
  ["fraction", ["zero_fraction", "negative_fraction"]],
  ["magnitude", ["gradient_norm"]],
  ["magnitude", ["mean_activation"]],
  ["signed", ["bias"]],
];

export function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/** One chart for each statistic that any run has of the unit; the fractions share one. */
export function unitCharts(answers: readonly UnitAnswer[]): ChartModel[] {
  return CHARTS.flatMap(([kind, names]) => {
    const known = names.filter((name) => answers.some(({ history }) => history[name]));
    if (!known.length) return [];
    const lines: ChartLine[] = [];
    const without: [string, string][] = [];
    for (const answer of answers) {
      const values = names.map((name) => answer.history[name]).find((found) => found);
      if (values) lines.push(lineOf(answer, values));
      else without.push([answer.run, whyNot(names[0], answer.info.gradient_at)]);
    }
    return [{ title: capital(known.map(stateName).join(" / ")), kind, lines, without }];
  });
}

function whyNot(name: Name, gradientAt: string | null): string {
  return name === "gradient_norm" && gradientAt === "stopped" ? STOPPED : "not recorded";
}

function lineOf({ run, spans, history }: UnitAnswer, recorded: readonly (number | null)[]): ChartLine {
  const values = Float64Array.from(recorded, (value) => value ?? Number.NaN);
  const read = (record: number) => {
    if (history.states[record] === "absent") return "no such unit";
    return Number.isNaN(values[record]) ? "no value" : exact(values[record]);
  };
  return { run, spans, values, read };
}
