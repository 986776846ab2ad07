import { html, nothing, svg, type TemplateResult } from "lit/html.js";
import { xAxis, yAxis } from "../render/axes";
import { drawDeadMarks, drawHeatmap } from "../render/heatmap-image";
import { css as cssColour } from "../render/ink";
import { matchScreen } from "../render/screen";
import { THEMES } from "../render/theme";
import { isDistribution } from "../state/cursor";
import { dark } from "../state/host";
import { columns, setResolution } from "../state/panels";
import { coarseSource, resting } from "../state/sources";
import { shownUnit } from "../state/view";
import { type Matrix, positions } from "../wire/matrix";
import { failed } from "./failed";
import {
  arrived,
  captionOf,
  isStill,
  type Layout,
  layoutOf,
  type Model,
  modelOf,
  rowTitle,
  sheetOf,
  summaryOf,
} from "./heatmap-model";
import { heatmapStyles } from "./heatmap-styles";
import { type Drawing, Pointing } from "./pointing";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";
import "./crosshair";
import { lateOf } from "./late";

/** What all pictures may take of a frame while they move, in milliseconds. */
const FRAME_BUDGET = 3;
const MOST_COARSE = 4;
/** In CSS pixels, as in the style sheet. */
const MARKS_WIDTH = 6;

/** One run's picture of the shown layer: units, differences or a distribution over the records. */
export class Heatmap extends SignalElement {
  static override properties = { run: null, label: "", box: { width: 0, height: 0 } };
  declare run: string;
  /** Name of the statistic. */
  declare label: string;
  /** Size of the plot in CSS pixels. */
  declare box: { width: number; height: number };

  static override styles = [common, heatmapStyles];

  #model: Model | null = null;
  #layout: Layout | null = null;
  #drawing: Drawing | null = null;
  #pointing = new Pointing(pointedAt(this), () => this.drawing);
  #order: Uint32Array | null = null;
  #positions = new Map<number, number>();
  #frame = 0;
  /** What the last exact painting took, in milliseconds. */
  #cost = 0;
  #observer = new ResizeObserver(() => this.#measure());

  override connected(): () => void {
    this.#observer.observe(this.#plot);
    return () => {
      this.#observer.disconnect();
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
      this.#pointing.leave();
    };
  }

  override render(): TemplateResult {
    const fresh = modelOf(this.run);
    if (fresh) this.#model = fresh;
    else if (this.#model && !isStill(this.#model, this.run)) this.#model = null;
    const model = this.#model;
    const { width, height } = this.box;
    this.#layout = model && layoutOf(model, width, height);
    void [dark.value, resting.value];
    const matrix = model && !isDistribution(model.source) ? model.source : null;
    this.#follow(matrix);
    const at = this.#pointing;
    const summary = summaryOf(this.label, this.run, model);
    return html`
      <div class="title" aria-hidden="true">${rowTitle(model)}</div>
      <div class="plot ${model && !fresh ? "stale" : ""}" tabindex="0" role="group" aria-roledescription="heatmap"
        aria-label="${summary}. Arrow keys move through the cells, plus and minus zoom, question mark lists all keys."
        data-run=${this.run} data-order=${matrix?.order ?? nothing} data-records=${model?.source.records ?? nothing}
        data-units=${model?.source.units ?? nothing} data-rows=${this.#layout?.rows.join("-") ?? nothing}
        data-x=${this.#layout?.domain.join("_") ?? nothing}
        @pointerdown=${at.down} @pointermove=${at.move} @pointerup=${at.up} @pointercancel=${at.cancel}
        @pointerleave=${at.leave} @blur=${at.leave} @wheel=${at.wheel} @dblclick=${at.doubleClick}
        @keydown=${at.key}>
        <canvas class="cells" role="img" aria-label=${summary}></canvas>
        <div class="brush" hidden></div>
        <dr-crosshair .run=${this.run} .place=${this.#place}></dr-crosshair>
        ${this.#axes(width, height)}
      </div>
      <div class="over">${this.#over(fresh !== null)}</div>
      <div class="marks" title="Dead at the newest record"><canvas aria-hidden="true"></canvas></div>
      <div class="caption"></div>
    `;
  }

  #axes(width: number, height: number): TemplateResult | typeof nothing {
    const layout = this.#layout;
    if (!layout) return nothing;
    const { bins } = layout;
    const at = (y: number) => ((y - layout.rows[0]) / (layout.rows[1] - layout.rows[0])) * height;
    const unit = shownUnit.value;
    const place = unit === null ? null : this.#place(unit);
    return html`<svg aria-hidden="true">${yAxis(layout.yLabels, height)}
        ${bins?.lines.map((y) => svg`<line x2=${width} y1=${at(y)} y2=${at(y)} />`)}${
          place === null ? nothing : svg`<path d=${`M-13 ${place * height - 6}v12l11-6Z`} />`
        }</svg>
      <svg class="below" aria-hidden="true">${xAxis(layout.xLabels, width)}</svg>`;
  }

  #over(isFresh: boolean): TemplateResult | typeof nothing {
    const error = coarseSource(this.run)?.state.value.error;
    if (error) {
      return html`<dr-late>${failed("This picture couldn't be fetched", error)}</dr-late>`;
    }
    return isFresh ? nothing : lateOf(`Loading ${this.label.toLowerCase()}`, ...arrived(), "pictures");
  }

  override updated(): void {
    this.dataset.statistic = this.#model?.source.statistic ?? "";
    // Several changes within a frame are one painting.
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  #paint(): void {
    const { width, height } = this.box;
    // Height 0: TensorBoard shows another tab. The resize that brings the frame back draws again.
    if (!width || !height || !this.isConnected) return;
    const [cells, marks] = this.renderRoot.querySelectorAll("canvas");
    matchScreen(cells, width, height);
    matchScreen(marks, MARKS_WIDTH, height);
    const [model, layout] = [this.#model, this.#layout];
    const theme = dark.peek() ? "dark" : "light";
    const start = performance.now();
    const coarseness = this.#coarseness();
    const image = model && layout && drawHeatmap(cells, sheetOf(model, layout, theme), coarseness);
    this.#drawing = image && { model, layout, image };
    this.#plot.dataset.drawn = image ? (resting.peek() ? "true" : "moving") : "false";
    const dead = model && model.drawn !== "differences" ? this.#newest(model) : null;
    drawDeadMarks(marks, dead, layout?.rows ?? [0, 1], cssColour(THEMES[theme].dead));
    const caption = this.renderRoot.querySelector(".caption") as HTMLElement;
    const text = image ? captionOf(model, layout, image) : "";
    if (text !== caption.title) caption.textContent = caption.title = text;
    if (!image) cells.width = 0;
    else if (coarseness === 1) this.#cost = performance.now() - start;
    this.#pointing.refresh();
  }

  /** Device pixels to each one that is painted. */
  #coarseness(): number {
    if (resting.peek()) return 1;
    const wanted = Math.sqrt((this.#cost * columns.peek().length) / FRAME_BUDGET);
    return Math.min(Math.max(Math.ceil(wanted), 1), MOST_COARSE);
  }

  /** The matrix that tells which units are dead at the newest record. */
  #newest({ source, whole }: Model): Matrix | null {
    return (
      [source, whole].find(
        (one): one is Matrix => !isDistribution(one) && one.columnStarts[one.columns] === one.records,
      ) ?? null
    );
  }

  /** What is on the screen. */
  get drawing(): Drawing | null {
    return this.#drawing;
  }

  get #plot(): HTMLElement {
    return this.renderRoot.querySelector(".plot") as HTMLElement;
  }

  #measure(): void {
    const { clientWidth: width, clientHeight: height } = this.#plot;
    if (width && height) setResolution(width * devicePixelRatio, height * devicePixelRatio);
    if (width !== this.box.width || height !== this.box.height) this.box = { width, height };
  }

  #follow(matrix: Matrix | null): void {
    if (!matrix || matrix.unitOrder === this.#order) return;
    this.#order = matrix.unitOrder;
    this.#positions = positions(matrix);
  }

  readonly #place = (unit: number): number | null => {
    const position = this.#positions.get(unit);
    const rows = this.#layout?.rows;
    if (position === undefined || !rows || this.#layout?.bins) return null;
    const place = (position + 0.5 - rows[0]) / (rows[1] - rows[0]);
    return place >= 0 && place <= 1 ? place : null;
  };
}

function pointedAt(heatmap: Heatmap): Pointing["on"] {
  const found = (name: string) => heatmap.renderRoot.querySelector(name) as HTMLElement;
  return {
    get run() {
      return heatmap.run;
    },
    get plot() {
      return found(".plot");
    },
    get brush() {
      return found(".brush");
    },
  };
}

define("dr-heatmap", Heatmap);
