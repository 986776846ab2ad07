import { css, html, nothing, type TemplateResult, unsafeCSS } from "lit";
import { decades, type LogRange } from "../lib/range";
import { marksOf } from "../render/heatmap-image";
import { cividis, css as cssColour } from "../render/ink";
import { THEMES } from "../render/theme";
import { dark } from "../state/host";
import { domain, gradientRange, type Panel, panelMatrix, panelTimeline } from "../state/panels";
import { shownRuns } from "../state/selection";
import { NON_FINITE } from "../wire/matrix";
import { SignalElement } from "./signal-element";

const STOPS = 16;
const RAMP = Array.from({ length: STOPS + 1 }, (_, i) => cssColour(cividis(i / STOPS))).join(",");

/** One statistic's colours, shared by all its heatmaps, and the marks that occur in them. */
export class Legend extends SignalElement {
  static override properties = { panel: {} };
  declare panel: Panel;

  static override styles = css`
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 2px 14px;
      align-items: center;
      font-size: 11px;
      line-height: 16px;
      color: var(--muted);
    }
    span {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      white-space: nowrap;
    }
    .ramp {
      width: 120px;
      height: 10px;
      background: linear-gradient(to right, ${unsafeCSS(RAMP)});
    }
    .ticks {
      gap: 0;
      flex-direction: column;
      align-items: stretch;
    }
    .key {
      width: 18px;
      height: 10px;
      flex: none;
    }
    canvas,
    .key,
    .ramp {
      border-radius: 1px;
    }
    sup {
      font-size: 8px;
      line-height: 0;
    }
  `;

  override render(): TemplateResult {
    const colours = THEMES[dark.value ? "dark" : "light"];
    const red = cssColour(colours.dead);
    const end = this.panel === "fraction" ? cssColour(cividis(1)) : cssColour(colours.zero);
    const middle = this.panel === "fraction" ? cssColour(cividis(0.4)) : end;
    const marks = this.#marks();
    return html`
      ${this.panel === "fraction" ? this.#fraction() : this.#log(gradientRange.value, cssColour(colours.zero))}
      <span><i class="key" style="background:repeating-linear-gradient(135deg,${red} 0 3px,${end} 3px 6px)"></i>dead</span>
      ${
        marks.saturated
          ? html`<span title="active, but always at the activation's upper bound, where its gradient is 0"><i class="key" style="background:repeating-linear-gradient(45deg,${cssColour(colours.saturated)} 0 2px,${middle} 2px 7px)"></i>saturated</span>`
          : nothing
      }
      ${
        marks.nonFinite
          ? html`<span><i class="key" style=${dots(cssColour(colours.invalidDot), cssColour(colours.invalid), 3)}></i>not finite (NaN, Inf) or not recorded</span>`
          : nothing
      }
      ${
        marks.absent
          ? html`<span><i class="key" style=${dots(cssColour(colours.absentDot), cssColour(colours.absent), 5)}></i>no such unit, or no record</span>`
          : nothing
      }
      ${marks.shrunk ? html`<span>${marks.shrunk}</span>` : nothing}
      ${marks.dropped ? html`<span>faded: no record kept here, the one before is shown</span>` : nothing}
    `;
  }

  #fraction(): TemplateResult {
    return html`<span>0<i class="ramp"></i>1</span>`;
  }

  #log(range: LogRange | null, zero: string): TemplateResult | typeof nothing {
    if (!range) return nothing;
    const exponents = decades(range, 2);
    const power = (exponent: number) =>
      html`<b style="font-weight:inherit">10<sup>${String(exponent).replace("-", "−")}</sup></b>`;
    return html`<span><i class="key" style="background:${zero};width:10px"></i>0</span>
      <span>${range.clipped ? "≤ " : ""}${power(exponents[0])}<i class="ramp"></i>${power(exponents[exponents.length - 1])}
      <i style="font-style:normal">log scale</i></span>`;
  }

  #marks(): { saturated: boolean; nonFinite: boolean; absent: boolean; dropped: boolean; shrunk: string } {
    const found = { saturated: false, nonFinite: false, absent: false, dropped: false, shrunk: "" };
    let units = 0;
    let records = 0;
    for (const run of shownRuns.value) {
      const matrix = panelMatrix(run, this.panel)?.state.value.value;
      const known = panelTimeline(run)?.state.value.value;
      if (matrix?.states.includes(NON_FINITE)) found.nonFinite = true;
      const own = matrix && marksOf(matrix);
      if (own?.absent) found.absent = true;
      if (own?.saturated) found.saturated = true;
      if (matrix) {
        units = Math.max(units, Math.ceil(matrix.units / matrix.rows));
        records = Math.max(records, Math.ceil(matrix.records / matrix.columns));
      }
      const [start, end] = [known?.window_start_steps[0], known?.steps.at(-1)];
      const steps = domain.value;
      if (steps && ((start ?? 0) > steps[0] || (end ?? steps[1]) < steps[1])) found.absent = true;
      if (known?.window_start_steps.some((start, i) => i > 0 && start > known.steps[i - 1]))
        found.dropped = true;
    }
    if (units > 1 || records > 1) {
      const extreme = this.panel === "fraction" ? "largest" : "smallest";
      const of = [units > 1 ? `${units} units` : "", records > 1 ? `${records} records` : ""];
      found.shrunk = `each cell: ${extreme} of up to ${of.filter(Boolean).join(" × ")}`;
    }
    return found;
  }
}

function dots(dot: string, ground: string, size: number): string {
  return `background:radial-gradient(circle at 1px 1px,${dot} 1px,transparent 1.5px) 0 0/${size}px ${size}px ${ground}`;
}

customElements.define("dr-legend", Legend);
