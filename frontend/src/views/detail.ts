import { html, nothing, type TemplateResult } from "lit/html.js";
import { hasOwnScale } from "../state/colour-ranges";
import { type Column, columns, hasLayer, isRecorded } from "../state/panels";
import { firstReadableRun, layerInfo, shownLayer, shownPicture, shownRuns } from "../state/view";
import { followZoom } from "../state/zooming";
import { css } from "./css";
import { about, heading, missing } from "./layer-texts";
import { define, SignalElement } from "./signal-element";
import { common, GUTTER_LEFT, GUTTER_RIGHT } from "./styles";
import "./heatmap";
import "./legend";
import "./lines";
import "./minimap";
import "./ribbon";
import "./run-head";
import "./toolbar";

/** The minimap, which is to be in sight as well, in CSS pixels. */
const BELOW_PICTURE = 44;

/** One layer: what it is, a column of pictures for each run, and what all of them share below. */
export class Detail extends SignalElement {
  static override styles = [
    common,
    css`
      :host {
        display: block;
        /* With axis and caption. The room is not known until what is above it is measured. */
        --picture: clamp(193px, var(--room, 100vh - 545px), 640px);
        min-width: 0;
        padding: 6px 16px 8px;
      }
      h1 {
        font-size: 18px;
        line-height: 24px;
      }
      .about {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 12px;
        font-size: 13px;
        line-height: 18px;
      }
      .section {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0 16px;
        margin: 4px 0;
        min-height: 18px;
      }
      h2 {
        font-weight: 500;
      }
      h2 .muted {
        font-weight: 400;
      }
      .columns {
        display: grid;
        /* Head, remarks on the statistic, ribbon, picture. */
        grid-template-rows: auto auto auto auto;
        column-gap: 12px;
      }
      .column {
        display: grid;
        grid-template-rows: subgrid;
        grid-row: span 4;
        min-width: 0;
      }
      dr-run-head {
        padding-right: ${GUTTER_RIGHT}px;
        padding-bottom: 2px;
      }
      .own {
        min-width: 0;
        padding-left: ${GUTTER_LEFT}px;
        font-size: 11px;
        line-height: 15px;
        color: var(--muted);
      }
      .own p {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      dr-heatmap {
        height: var(--picture);
      }
      .missing {
        display: grid;
        place-items: center;
        height: calc(var(--picture) - 33px);
        margin: 0 ${GUTTER_RIGHT}px 33px ${GUTTER_LEFT}px;
        padding: 0 20px;
        border: 1px dashed var(--line);
        border-radius: 2px;
        color: var(--muted);
        text-align: center;
      }
      dr-minimap {
        margin: 6px 0;
      }
    `,
  ];

  override connected(): () => void {
    const main = this.parentElement as HTMLElement;
    // What is above the pictures depends on the runs, the width and the causes.
    const fit = () => {
      const picture = this.renderRoot.querySelector("dr-heatmap, .missing");
      if (!picture || !main.clientHeight) return;
      const top = picture.getBoundingClientRect().top - main.getBoundingClientRect().top + main.scrollTop;
      this.style.setProperty("--room", `${Math.floor(main.clientHeight - top - BELOW_PICTURE)}px`);
    };
    // In the next frame, for it changes what is observed.
    const observer = new ResizeObserver(() => requestAnimationFrame(fit));
    for (const one of [main, ...main.querySelectorAll("dr-verdicts, dr-overview"), this])
      observer.observe(one);
    const stop = followZoom();
    return () => {
      stop();
      observer.disconnect();
    };
  }

  override render(): TemplateResult | typeof nothing {
    const layer = shownLayer.value;
    if (layer === null) return nothing;
    const base = firstReadableRun.value;
    const info = base === null ? null : layerInfo(base, layer);
    const all = columns.value;
    // A run that lacks the statistic can't name it.
    const title = heading(
      all.map(({ of }) => of).find((run) => isRecorded(run)) ?? base ?? shownRuns.value[0],
    );
    const own = hasOwnScale();
    return html`
      ${
        base === null
          ? html`<h1>${layer}</h1>`
          : html`<dr-toolbar @save=${this.#save}>
                <div class="about">
                  <h1>${layer}</h1>
                  <span class="muted">${info ? about(info, base) : nothing}</span>
                </div>
              </dr-toolbar>
              <div class="section">
                <h2>${title.name} <span class="muted">${title.detail}</span></h2>
                ${own ? nothing : html`<dr-legend></dr-legend>`}
              </div>`
      }
      <div class="columns" style="grid-template-columns:repeat(${all.length},minmax(0,1fr))">
        ${all.map((column) => this.#column(column, title.name + title.detail, own))}
      </div>
      ${
        base === null
          ? nothing
          : html`<dr-minimap></dr-minimap>
              <dr-lines></dr-lines>`
      }
    `;
  }

  #column(column: Column, shared: string, ownScale: boolean): TemplateResult {
    const { run, of } = column;
    // Its head says why there is nothing below.
    if (!hasLayer(column)) {
      return html`<div class="column" data-run=${run}><dr-run-head .run=${run}></dr-run-head></div>`;
    }
    const lack = missing(column);
    const own = heading(of);
    const differs = !lack && own.name + own.detail !== shared;
    return html`<div class="column" data-run=${run}>
      <dr-run-head .run=${run}></dr-run-head>
      <div class="own">
        ${differs ? html`<p title=${own.detail}>${own.name}: ${own.detail}</p>` : nothing}
        ${ownScale && !lack ? html`<dr-legend .run=${run}></dr-legend>` : nothing}
      </div>
      <dr-ribbon .run=${run}></dr-ribbon>
      ${
        lack
          ? html`<div class="missing">${lack}</div>`
          : html`<dr-heatmap .run=${run} .label=${own.name} data-picture=${shownPicture.value}></dr-heatmap>`
      }
    </div>`;
  }

  #save(): void {
    // A file of its own: few want it, and nobody at first.
    void import("./save-pictures").then(({ savePictures }) => savePictures(this.renderRoot));
  }
}

define("dr-detail", Detail);
