import { css, html, nothing, type TemplateResult } from "lit";
import { whole } from "../lib/format";
import { STOPPED, stateName, timesCalled } from "../lib/words";
import { type Panel, panelStatistic, panelTimeline } from "../state/panels";
import { firstReadableRun, layerInfo, shownLayer, shownRuns } from "../state/selection";
import type { LayerInfo } from "../wire/api";
import { SignalElement } from "./signal-element";
import { common, GUTTER_LEFT, GUTTER_RIGHT } from "./styles";
import "./dead-line";
import "./heatmap";
import "./legend";
import "./run-head";

/** One layer: per run a verdict, the count of dead units and the two heatmaps, one column each. */
export class Detail extends SignalElement {
  static override styles = [
    common,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        overflow: auto;
        padding: 10px 16px 8px;
      }
      h1 {
        font-size: 20px;
        line-height: 26px;
        font-weight: 400;
      }
      .about {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 12px;
        margin-bottom: 6px;
      }
      .grid {
        flex: 1;
        min-height: 480px;
        display: grid;
        grid-template-rows: auto auto 84px auto minmax(130px, 1fr) auto minmax(130px, 1fr);
        column-gap: 12px;
      }
      .section {
        grid-column: 1 / -1;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0 16px;
        margin-top: 6px;
        padding-top: 4px;
        border-top: 1px solid var(--line);
        min-height: 26px;
      }
      .section h3 {
        font-weight: 500;
      }
      .section .muted {
        font-weight: 400;
      }
      .missing {
        display: grid;
        place-items: center;
        margin: 2px ${GUTTER_RIGHT}px 20px ${GUTTER_LEFT}px;
        padding: 0 20px;
        border: 1px dashed var(--line);
        border-radius: 2px;
        color: var(--muted);
        text-align: center;
      }
      dr-run-head {
        padding: 0 ${GUTTER_RIGHT}px 2px 0;
      }
      .panel {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
      }
      .panel dr-heatmap,
      .panel .missing {
        flex: 1;
      }
      .caption {
        font-size: 11px;
        line-height: 15px;
        color: var(--muted);
        padding-left: ${GUTTER_LEFT}px;
      }
    `,
  ];

  override render(): TemplateResult | typeof nothing {
    const layer = shownLayer.value;
    if (layer === null) return nothing;
    const runs = shownRuns.value;
    const base = firstReadableRun.value;
    const info = base === null ? null : layerInfo(base, layer);
    const columns = `grid-template-columns: repeat(${runs.length}, minmax(0, 1fr))`;
    return html`
      <div class="about">
        <h1>${layer}</h1>
        <span class="muted">${info && base !== null ? about(info, base) : nothing}</span>
      </div>
      <div class="grid" style=${columns}>
        ${runs.map((run) => html`<dr-run-head .run=${run}></dr-run-head>`)}
        ${
          base === null
            ? nothing
            : html`<div class="section">
                <h3>Dead units <span class="muted">count, and share of the layer</span></h3>
                ${runs.length > 1 ? html`<span class="muted">thin grey line: the other run</span>` : nothing}
              </div>
              ${runs.map((run) =>
                panelTimeline(run) ? html`<dr-dead-line .run=${run}></dr-dead-line>` : html`<div></div>`,
              )}
              ${this.#section("fraction", layer, runs, base)} ${this.#section("gradient", layer, runs, base)}`
        }
      </div>
    `;
  }

  #section(panel: Panel, layer: string, runs: readonly string[], base: string): TemplateResult {
    // A run that lacks the statistic can't name it.
    const namer = runs.find((run) => panelStatistic(run, panel) !== null) ?? base;
    const title = heading(panel, layerInfo(namer, layer));
    // A caption in one column only would shift its rows against the other's.
    const captions = runs.some((run) => {
      const own = heading(panel, layerInfo(run, layer));
      return panelStatistic(run, panel) !== null && (own.name !== title.name || own.detail !== title.detail);
    });
    return html`<div class="section">
        <h3>${title.name} <span class="muted">${title.detail}</span></h3>
        <dr-legend .panel=${panel}></dr-legend>
      </div>
      ${runs.map((run) => this.#panel(panel, layer, run, captions))}`;
  }

  #panel(panel: Panel, layer: string, run: string, caption: boolean): TemplateResult {
    const info = layerInfo(run, layer);
    if (!info) return html`<div class="missing">no layer '${layer}' in ${run}</div>`;
    if (info.problem !== null) return html`<div class="missing">can't be read</div>`;
    const known = panelTimeline(run)?.state.value.value;
    const own = heading(panel, info);
    if (known && !known.steps.length) return html`<div class="missing">no readable record</div>`;
    if (known && panelStatistic(run, panel) === null) {
      const stopped = panel === "gradient" && info.gradient_at === "stopped";
      return html`<div class="missing">${stopped ? STOPPED : `${own.name} was not recorded in ${run}`}</div>`;
    }
    return html`<div class="panel">
      ${caption ? html`<div class="caption">${own.name}: ${own.detail}</div>` : nothing}
      <dr-heatmap .run=${run} .panel=${panel} .label=${own.name}></dr-heatmap>
    </div>`;
  }
}

interface Heading {
  readonly name: string;
  readonly detail: string;
}

const GRADIENT_AT: Record<string, string> = {
  pre_activation: "of the loss at the pre-activation",
  gated_activation: "of the loss at the activation, where it is active (gated activation)",
  as_given: "as given by the training script",
};

function heading(panel: Panel, info: LayerInfo | null): Heading {
  if (panel === "gradient")
    return { name: "Gradient norm", detail: GRADIENT_AT[info?.gradient_at ?? ""] ?? "" };
  if (info?.fraction === "negative_fraction") {
    return { name: "Negative fraction", detail: "share of samples with pre-activation ≤ 0" };
  }
  const threshold = info?.threshold ? `|activation| ≤ ${info.threshold}` : "activation 0";
  return { name: "Zero fraction", detail: `share of samples with ${threshold}` };
}

function about(info: LayerInfo, run: string): string {
  const units = panelTimeline(run)?.state.value.value?.units;
  const parameters = [
    info.kernel_parameters ? `kernel ${whole(info.kernel_parameters)}` : "",
    info.bias_parameters ? `bias ${whole(info.bias_parameters)}` : "",
  ].filter(Boolean);
  return [
    units === undefined ? "" : `${whole(units)} units`,
    info.layer_type ?? "",
    info.activation ? stateName(info.activation) : "",
    timesCalled(info.calls),
    parameters.join(" + "),
    info.description ?? "",
  ]
    .filter(Boolean)
    .join(" · ");
}

customElements.define("dr-detail", Detail);
