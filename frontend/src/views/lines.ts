import { computed } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { approximate, percent, whole } from "../lib/format";
import { STOPPED } from "../lib/words";
import { spansOf } from "../state/axis";
import { overview, timeline } from "../state/data";
import { isLocked, layerInfo, shownLayer, shownRuns, zoomedRange } from "../state/view";
import type { LayerInfo, LayerOverview, Overview, Timeline } from "../wire/api";
import type { State } from "../wire/matrix";
import type { ChartLine, ChartModel } from "./chart-model";
import { css } from "./css";
import { failed } from "./failed";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";
import "./chart";
import { late } from "./late";

/** What is known of a run's layer over its records: from its overview, or where it has none from its timeline. */
interface Known {
  readonly run: string;
  readonly info: LayerInfo;
  readonly records: Overview | Timeline;
  readonly states: Partial<Record<State, number[]>>;
  readonly units: readonly number[];
  readonly layer: LayerOverview | null;
  readonly quantiles: readonly number[];
}

const SHARES: readonly (readonly [State, string])[] = [
  ["dead", "Dead share"],
  ["no_gradient", "No-gradient share"],
  ["rare", "Rare share"],
];
/** States that only units with an exact zero region can be in. */
const OF_ZEROS: readonly State[] = ["dead", "rare"];

/** Whether the runs show different parts of the axis. A signal of its own, for every move of the view changes the range. */
const hasOwnRange = computed(() => !isLocked("range") && shownRuns.value.some((run) => zoomedRange(run)));

/** The shown layer's shares and quantiles of all shown runs, one chart for each quantity. */
export class Lines extends SignalElement {
  static override styles = [
    common,
    css`
      :host {
        display: block;
        position: relative;
        min-height: 60px;
      }
      .charts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(380px, 1fr));
        gap: 4px 12px;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const layer = shownLayer.value;
    if (layer === null) return nothing;
    const runs = shownRuns.value;
    const fetched = runs.map((run) => sourceOf(run, layer));
    const known = fetched.map((one) => one?.known ?? null).filter((one) => one !== null);
    const errors = fetched.map((one) => one?.error).filter(Boolean);
    const failure = errors.length
      ? failed("The lines couldn't be fetched", [...new Set(errors)].join("; "))
      : nothing;
    if (!known.length) {
      const waits = fetched.some((one) => one && !one.error);
      return html`${failure}${waits ? late("Loading lines…") : nothing}`;
    }
    const models = [...SHARES.map(([state, title]) => shares(title, state, known)), gradients(known)];
    return html`${failure}
      ${hasOwnRange.value ? html`<p class="muted">The range of ${runs[0]}</p>` : nothing}
      <div class="charts" role="group" aria-label="Lines of ${layer}">
        ${models.map((model) => html`<dr-chart .model=${model}></dr-chart>`)}
      </div>
      ${table(models, known)}`;
  }
}

function sourceOf(run: string, layer: string): { known: Known | null; error: string | null } | null {
  const info = layerInfo(run, layer);
  if (!info || info.problem !== null) return null;
  const all = overview(run).state.value;
  if (!all.value && !all.error) return { known: null, error: null };
  if (all.value && layer in all.value.layers) {
    const { value, error } = overview(run, layer).state.value;
    const found = value?.layers[layer];
    if (!value || !found) return { known: null, error };
    const { states } = found;
    const known = { run, info, records: value, states, layer: found, quantiles: value.quantiles };
    return { known: { ...known, units: unitsOf(states, value.steps.length) }, error };
  }
  const { value, error } = timeline(run, layer).state.value;
  if (!value?.steps.length) return value ? null : { known: null, error };
  const { states, widths: units } = value;
  return { known: { run, info, records: value, states, units, layer: null, quantiles: [] }, error };
}

function unitsOf(states: Known["states"], records: number): number[] {
  const all = Object.values(states);
  return Array.from({ length: records }, (_, i) => all.reduce((sum, counts) => sum + counts[i], 0));
}

function shares(title: string, state: State, all: readonly Known[]): ChartModel {
  const can = (one: Known) => !(OF_ZEROS.includes(state) && one.info.fraction === "negative_fraction");
  const line = ({ run, records, states, units }: Known): ChartLine => {
    const counts = states[state];
    const values = Float64Array.from(units, (of, i) => (of ? (counts?.[i] ?? 0) / of : Number.NaN));
    const read = (i: number) =>
      units[i] ? `${percent(values[i])}, ${whole(counts?.[i] ?? 0)} of ${whole(units[i])}` : "no such layer";
    return { run, spans: spansOf(records), values, read };
  };
  return {
    title,
    kind: "share",
    lines: all.filter(can).map(line),
    without: all.filter((one) => !can(one)).map(({ run }) => [run, `never ${state}: no zero region`]),
  };
}

function gradients(all: readonly Known[]): ChartModel {
  const lines: ChartLine[] = [];
  const without: [string, string][] = [];
  for (const { run, records, layer, quantiles, info } of all) {
    const rows = layer?.gradient_norm;
    if (!rows) {
      without.push([
        run,
        info.gradient_at === "stopped" ? STOPPED : layer ? "not recorded" : "no overview recorded",
      ]);
      continue;
    }
    const of = (quantile: number) => {
      const place = quantiles.indexOf(quantile);
      return Float64Array.from(rows, (row) => row?.[place] ?? Number.NaN);
    };
    const [low, values, high] = [of(0.05), of(0.5), of(0.95)];
    const read = (i: number) =>
      Number.isNaN(values[i])
        ? "none"
        : `${approximate(values[i])} (${approximate(low[i])} to ${approximate(high[i])})`;
    lines.push({ run, spans: spansOf(records), values, band: { low, high }, read });
  }
  return { title: "Gradient norm: median, 5 to 95 % of units", kind: "magnitude", lines, without };
}

/** The pictures' newest values, for those who don't see them. */
function table(models: readonly ChartModel[], known: readonly Known[]): TemplateResult {
  const read = ({ lines, without }: ChartModel, run: string) => {
    const line = lines.find((one) => one.run === run);
    return line ? line.read(line.values.length - 1) : without.find(([other]) => other === run)?.[1];
  };
  return html`<div class="visually-hidden"><table>
    <caption>Newest values of each run</caption>
    <thead><tr><th scope="col">run</th>${models.map(({ title }) => html`<th scope="col">${title}</th>`)}</tr></thead>
    <tbody>${known.map(
      ({ run }) => html`<tr>
        <th scope="row">${run}</th>
        ${models.map((model) => html`<td>${read(model, run)}</td>`)}
      </tr>`,
    )}</tbody>
  </table></div>`;
}

define("dr-lines", Lines);
