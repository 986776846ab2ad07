import { plural, whole } from "../lib/format";
import { STOPPED, stateName, timesCalled } from "../lib/words";
import { type Column, isRecorded, panelTimeline, readableInfo, statisticOf } from "../state/panels";
import { shownStatistic } from "../state/view";
import type { LayerInfo } from "../wire/api";

/** What is said of the shown layer and of its statistics. */

export interface Heading {
  readonly name: string;
  readonly detail: string;
}

const GRADIENT_AT: Record<string, string> = {
  pre_activation: "of the loss at the pre-activation",
  gated_activation: "of the loss at the activation, where it is active (gated activation)",
  as_given: "as given by the training script",
};

/** Name and definition of the shown statistic in a run. */
export function heading(run: string): Heading {
  const info = readableInfo(run);
  switch (shownStatistic.value) {
    case "gradient_norm":
      return { name: "Gradient norm", detail: GRADIENT_AT[info?.gradient_at ?? ""] ?? "" };
    case "mean_activation":
      return { name: "Mean activation", detail: "mean of |activation|" };
    case "state":
      return { name: "Unit state", detail: "" };
    default:
      return fractionHeading(info);
  }
}

function fractionHeading(info: LayerInfo | null): Heading {
  if (info?.fraction === "negative_fraction") {
    return { name: "Negative fraction", detail: "share of samples with pre-activation ≤ 0" };
  }
  const threshold = info?.threshold ? `|activation| ≤ ${info.threshold}` : "activation 0";
  return { name: "Zero fraction", detail: `share of samples with ${threshold}` };
}

/** Why a column whose runs have the layer has no picture; empty where it has one, or may yet. */
export function missing({ of, minus }: Column): string {
  for (const run of [of, minus]) {
    const why = run === null ? "" : missingIn(run);
    if (why) return minus === null ? why : `no partner: ${why}`;
  }
  if (minus !== null && statisticOf(of) !== statisticOf(minus)) {
    return `no partner: ${of} has the ${stateName(statisticOf(of) ?? "")}, ${minus} the ${stateName(statisticOf(minus) ?? "")}`;
  }
  return "";
}

function missingIn(run: string): string {
  if (isRecorded(run) !== false) return "";
  if (shownStatistic.value === "gradient_norm" && readableInfo(run)?.gradient_at === "stopped")
    return STOPPED;
  return `${heading(run).name} was not recorded in ${run}`;
}

/** What the layer is. */
export function about(info: LayerInfo, run: string): string {
  const units = panelTimeline(run)?.state.value.value?.units;
  const parameters = [
    info.kernel_parameters ? `kernel ${whole(info.kernel_parameters)}` : "",
    info.bias_parameters ? `bias ${whole(info.bias_parameters)}` : "",
  ].filter(Boolean);
  return [
    units === undefined ? "" : plural(units, "unit"),
    info.layer_type ?? "",
    info.activation ? stateName(info.activation) : "",
    timesCalled(info.calls),
    parameters.join(" + "),
    info.description ?? "",
  ]
    .filter(Boolean)
    .join(" · ");
}
