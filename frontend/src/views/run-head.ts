import { css, html, nothing, type TemplateResult } from "lit";
import { listed, percent, whole } from "../lib/format";
import { recordAt } from "../lib/scale";
import {
  deadCount,
  deadSince,
  notes,
  otherStates,
  recordCount,
  SEVERITY_MEANING,
  severity,
} from "../lib/words";
import { cursor } from "../state/cursor";
import { reload } from "../state/data";
import { ordering, panelMatrix, panelTimeline } from "../state/panels";
import { layerInfo, shownLayer, shownRuns } from "../state/selection";
import type { LayerInfo, Timeline } from "../wire/api";
import { deadUnits } from "../wire/matrix";
import { SignalElement } from "./signal-element";
import { common } from "./styles";

/** What to know of one run's layer at a glance: its verdict, and what limits the picture. */
export class RunHead extends SignalElement {
  static override properties = { run: {} };
  declare run: string;

  static override styles = [
    common,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      h2 {
        display: flex;
        align-items: center;
        gap: 7px;
        font-weight: 500;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .swatch {
        flex: none;
        width: 10px;
        height: 10px;
        border-radius: 50%;
      }
      .base {
        font-size: 11px;
        color: var(--muted);
        font-weight: 400;
        white-space: nowrap;
      }
      .verdict {
        font-size: 18px;
        line-height: 24px;
      }
      .some {
        color: var(--dead);
      }
      .chip {
        margin-left: 6px;
        padding: 1px 8px;
        border-radius: 9px;
        border: 1px solid currentcolor;
        font-size: 11px;
        line-height: 16px;
        vertical-align: 3px;
      }
      .records {
        margin-left: auto;
        color: var(--muted);
        font-weight: 400;
        white-space: nowrap;
      }
      /* One line whatever it says: the plots below must not jump as the pointer moves. */
      .facts {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        color: var(--muted);
        min-height: 18px;
      }
      .facts b {
        font-weight: 500;
        color: var(--text);
      }
      .note {
        margin-top: 4px;
      }
      .error {
        margin-top: 4px;
      }
    `,
  ];

  override render(): TemplateResult {
    const place = shownRuns.value.indexOf(this.run);
    const known = panelTimeline(this.run)?.state.value.value;
    return html`
      <h2>
        <span class="swatch" style="background:var(--run${place})"></span>
        <span class="name" title=${this.run}>${this.run}</span>
        ${ordering.value?.run === this.run && shownRuns.value.length > 1 ? html`<span class="base">gives the order of units</span>` : nothing}
        ${known?.steps.length ? html`<span class="records">${recordCount(known)}</span>` : nothing}
      </h2>
      ${this.#verdict()}
    `;
  }

  #verdict(): TemplateResult | typeof nothing {
    const layer = shownLayer.value;
    if (layer === null) return nothing;
    const info = layerInfo(this.run, layer);
    if (!info) return html`<p class="note">This run has no layer '${layer}'.</p>`;
    if (info.problem !== null) return html`<p class="error" role="alert">${info.problem}</p>`;
    const state = panelTimeline(this.run)?.state.value;
    const failed = state?.error
      ? html`<p class="error" role="alert">The records couldn't be fetched: ${state.error}
          <button @click=${reload}>Try again</button></p>`
      : nothing;
    const known = state?.value;
    if (!known) return html`${failed}`;
    if (!known.steps.length)
      return html`${failed}<p class="note">No readable record yet.</p>${this.#notes(known)}`;
    const last = known.steps.length - 1;
    const dead = known.states.dead[last];
    const grade = severity(dead / known.widths[last]);
    return html`${failed}
      <p class="verdict ${dead > 0 ? "some" : ""}">
        ${deadCount(known, last)}${grade === "ok" ? nothing : html`<span class="chip" title=${SEVERITY_MEANING[grade]}>${grade}</span>`}
      </p>
      <p class="facts" title=${this.#facts(known, info)}>${this.#atCursor(known) ?? this.#facts(known, info)}</p>
      ${this.#notes(known)}`;
  }

  #facts(known: Timeline, info: LayerInfo): string {
    const since =
      info.fraction === "negative_fraction"
        ? `${info.activation || "this activation"} has no zero region: its units are never dead`
        : deadSince(known);
    return [since, this.#deadUnits(), otherStates(known)].filter(Boolean).join(" · ");
  }

  #deadUnits(): string {
    const matrix = panelMatrix(this.run, "fraction")?.state.value.value;
    const dead = matrix ? deadUnits(matrix) : null;
    return dead?.length ? `${dead.length === 1 ? "unit" : "units"} ${listed(dead, 8)}` : "";
  }

  #notes(known: Timeline): TemplateResult[] {
    return notes(known).map((note) => html`<p class="note">${note}</p>`);
  }

  #atCursor(known: Timeline): TemplateResult | null {
    const at = cursor.value;
    if (!at) return null;
    const record = recordAt(at.step, known.steps);
    if (at.step > known.steps[known.steps.length - 1]) return html`no record at this step`;
    const dead = known.states.dead[record];
    const width = known.widths[record];
    return html`at step <b>${whole(known.steps[record])}</b>:
      <b>${whole(dead)}</b> of ${whole(width)} dead (${percent(dead / width)})`;
  }
}

customElements.define("dr-run-head", RunHead);
