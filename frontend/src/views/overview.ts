import { html, nothing, type TemplateResult } from "lit/html.js";
import { labelledRows } from "../lib/label-rows";
import { own } from "../lib/own";
import { overview } from "../state/data";
import { dark } from "../state/host";
import {
  chooseLayer,
  colourOf,
  layerNames,
  MOST_COLUMNS,
  selectedRuns,
  shortName,
  shownLayer,
} from "../state/view";
import { css } from "./css";
import { define, SignalElement } from "./signal-element";
import { type StripMarks, stripLegend, stripLegendStyles } from "./strip-legend";
import { common, GUTTER_LEFT, GUTTER_RIGHT } from "./styles";
import "./overview-table";
import { STRIP_AXIS_HEIGHT } from "./strip-styles";
import "./strip";
import "./strip-tip";

/** Of the frame's height, for names, strips and axis together. */
const SHARE_OF_HEIGHT = 0.26;
const LEAST_HEIGHT = 110;
const NAME_HEIGHT = 18;
const ROW_HEIGHTS = [3, 18] as const;
const LABEL_HEIGHT = 11;
/** Beside everything on the page. */
const PAGE_PADDING = 16;
/** Of the names of layers, into that padding: they often differ only well before their ends. */
const LABEL_OVERHANG = 14;
/** Room between columns; the same as below, where a layer is shown. */
const COLUMN_GAP = 12;

/** Layers x records for every chosen run, the colour being the dead share. */
export class OverviewView extends SignalElement {
  static override properties = { height: 0 };
  /** Of the frame, in CSS pixels. */
  declare height: number;

  static override styles = [
    common,
    stripLegendStyles,
    css`
      :host {
        display: block;
        padding: 4px ${PAGE_PADDING}px 0;
        /* The scroll bar then lies over the last column's gutter, and the columns keep in line with those below. */
        container-type: inline-size;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0 16px;
      }
      h2 {
        font-weight: 500;
      }
      .scroll {
        overflow: hidden auto;
        margin-left: -${LABEL_OVERHANG}px;
        padding-left: ${LABEL_OVERHANG}px;
      }
      .runs {
        display: grid;
        width: 100cqw;
        column-gap: ${COLUMN_GAP}px;
      }
      .run {
        min-width: 0;
        position: relative;
        padding: 0 ${GUTTER_RIGHT}px 0 ${GUTTER_LEFT}px;
      }
      .name {
        position: sticky;
        top: 0;
        z-index: 1;
        background: var(--surface);
        height: ${NAME_HEIGHT}px;
        line-height: ${NAME_HEIGHT}px;
        display: flex;
        align-items: center;
        gap: 6px;
        font-size: 12px;
        margin-left: -${GUTTER_LEFT}px;
        padding-left: ${GUTTER_LEFT}px;
      }
      .name span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .labels {
        position: absolute;
        top: ${NAME_HEIGHT}px;
        left: -${LABEL_OVERHANG}px;
        width: ${GUTTER_LEFT - 4 + LABEL_OVERHANG}px;
        font-size: 10px;
        line-height: ${LABEL_HEIGHT}px;
        color: var(--muted);
      }
      .labels div {
        position: absolute;
        right: 0;
        max-width: 100%;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        /* What tells layers apart is at the end of their names. */
        direction: rtl;
        cursor: pointer;
      }
      .labels .shown {
        color: var(--text);
        font-weight: 700;
      }
    `,
  ];

  readonly #measure = (): void => {
    // 0 while TensorBoard shows another tab.
    if (innerHeight) this.height = innerHeight;
  };

  constructor() {
    super();
    this.height = innerHeight;
  }

  override connected(): () => void {
    addEventListener("resize", this.#measure);
    return () => removeEventListener("resize", this.#measure);
  }

  #layer: string | null = null;
  #row = 0;

  override render(): TemplateResult | typeof nothing {
    const names = layerNames.value;
    const runs = selectedRuns.value;
    if (!names.length || !runs.length) return nothing;
    const height = Math.max(LEAST_HEIGHT, SHARE_OF_HEIGHT * this.height);
    const columns = Math.min(runs.length, MOST_COLUMNS);
    const row = rowHeight(height - NAME_HEIGHT - STRIP_AXIS_HEIGHT, names.length);
    this.#row = row;
    return html`
      <header>
        <h2>Overview <span class="muted">choose a row to open its layer</span></h2>
        ${stripLegend(dark.value ? "dark" : "light", marks(runs, names))}
      </header>
      <div class="scroll" style="max-height:${height}px">
        <div class="runs" style="grid-template-columns:repeat(${columns},minmax(0,1fr))">
          ${runs.map((run, i) => column(run, i % columns === 0, row))}
        </div>
      </div>
      <dr-overview-table></dr-overview-table>
      <dr-strip-tip></dr-strip-tip>
    `;
  }

  /** Brings a layer that has just been chosen into view. */
  override updated(): void {
    const layer = shownLayer.peek();
    const scroll = this.renderRoot.querySelector(".scroll");
    if (layer === this.#layer || !scroll) return;
    this.#layer = layer;
    const top = layerNames.peek().indexOf(layer ?? "") * this.#row;
    const room = scroll.clientHeight - NAME_HEIGHT - STRIP_AXIS_HEIGHT - this.#row;
    scroll.scrollTop = Math.max(Math.min(scroll.scrollTop, top), top - room);
  }
}

function column(run: string, first: boolean, row: number): TemplateResult {
  return html`<div class="run">
    <div class="name">
      <i class="swatch" style="background:var(--run${colourOf(run)})"></i><span title=${run}>${shortName(run)}</span>
    </div>
    <dr-strip .run=${run} .rowHeight=${row}></dr-strip>
    ${first ? labels(row) : nothing}
  </div>`;
}

/** In whole device pixels, so that the rows' edges are sharp. */
function rowHeight(available: number, rows: number): number {
  const [least, most] = ROW_HEIGHTS;
  const fitting = Math.min(Math.max(available / rows, least), most);
  return Math.floor(fitting * devicePixelRatio + 1e-6) / devicePixelRatio;
}

/** For the pointer; the strips themselves say the names to others. */
function labels(row: number): TemplateResult {
  const names = layerNames.value;
  const shown = names.indexOf(shownLayer.value ?? "");
  const at = labelledRows(names.length, shown, Math.ceil(LABEL_HEIGHT / row));
  return html`<div class="labels" aria-hidden="true">
    ${at.map(
      (
        i,
      ) => html`<div class=${i === shown ? "shown" : ""} title=${names[i]} @click=${() => chooseLayer(names[i])}
        style="top:${labelTop(i, row, names.length)}px"><bdi dir="ltr">${names[i]}</bdi></div>`,
    )}
  </div>`;
}

/** In the middle of its row, unless that lies too close to the end for a whole line. */
function labelTop(i: number, row: number, rows: number): number {
  return Math.max(0, Math.min((i + 0.5) * row - LABEL_HEIGHT / 2, rows * row - LABEL_HEIGHT));
}

function marks(runs: readonly string[], names: readonly string[]): StripMarks {
  const found = { immortal: false, absent: false, unknown: false };
  const all = runs.map((run) => overview(run).state.value.value).filter((one) => one !== null);
  const last = Math.max(...all.map(({ steps }) => steps.at(-1) ?? 0));
  for (const { layers, steps } of all) {
    if ((steps.at(-1) ?? 0) < last) found.absent = true;
    for (const name of names) {
      const layer = own(layers, name);
      if (!layer) found.absent = true;
      else if (!layer.can_die) found.immortal = true;
      else if (layer.states.non_finite) found.unknown = true;
    }
  }
  return found;
}

define("dr-overview", OverviewView);
