import { effect } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { plural } from "../lib/format";
import { keyPlace, type Place } from "../lib/grid-keys";
import type { PixelBlocks } from "../lib/pixels";
import { type Domain, toPixel, toStep } from "../lib/scale";
import { stepAxis } from "../render/axes";
import { drawStrip, makeStripInk, type StripRow, stripColumns } from "../render/strip-image";
import { domainOf, spansOf } from "../state/axis";
import { cursor } from "../state/cursor";
import { overview } from "../state/data";
import { dark } from "../state/host";
import { resting } from "../state/sources";
import { stripPoint, stripRow } from "../state/strips";
import { chooseLayer, layerNames, shownLayer } from "../state/view";
import type { Overview } from "../wire/api";
import { failed } from "./failed";
import { overviewsLate } from "./overviews-late";
import { define, SignalElement } from "./signal-element";
import { stripStyles } from "./strip-styles";
import { common } from "./styles";

/** The dead share of one run's layers over its records: a row for each layer that any chosen run has. */
export class Strip extends SignalElement {
  static override properties = { run: null, rowHeight: 0, width: 0 };
  declare run: string;
  /** In CSS pixels. */
  declare rowHeight: number;
  declare width: number;

  static override styles = [common, stripStyles];

  #columns: PixelBlocks | null = null;
  #rows: readonly StripRow[] = [];
  /** What the canvas shows, all but the part of the axis; and that part. */
  #painted: readonly unknown[] = [];
  #paintedDomain: Domain | null = null;
  /** Where the keyboard is: row and record. */
  #place: Place | null = null;
  #observer = new ResizeObserver(() => {
    this.width = this.clientWidth;
  });

  override connected(): () => void {
    this.#observer.observe(this);
    // Apart from render(), so that a moving pointer draws nothing but the line anew.
    const stop = effect(() => this.#drawLine());
    return () => {
      this.#observer.disconnect();
      stop();
      this.#leave();
    };
  }

  override render(): TemplateResult {
    const { value, error } = overview(this.run).state.value;
    const names = layerNames.value;
    this.#rows = names.map((layer) => stripRow(value, layer));
    const domain = domainOf(this.run);
    this.#columns =
      value && domain && this.width
        ? stripColumns(spansOf(value), domain, Math.round(this.width * devicePixelRatio))
        : null;
    void [dark.value, resting.value];
    const height = this.rowHeight * names.length;
    const shown = names.indexOf(shownLayer.value ?? "");
    const label = this.#summary(value);
    return html`<div class="plot" style="height:${height}px" tabindex="0" role="group" aria-roledescription="heatmap"
        aria-label="${label} Up and down arrows move through the layers, left and right through the records, Enter opens a layer."
        data-run=${this.run} data-records=${value?.steps.length ?? nothing} data-rows=${names.length}
        @pointermove=${this.#point} @pointerleave=${this.#leave} @blur=${this.#leave}
        @click=${this.#click} @keydown=${this.#key}>
        <div class="clip"><canvas role="img" aria-label=${label}></canvas></div>
        ${
          shown < 0 || !value
            ? nothing
            : html`<div class="row" style="top:${shown * this.rowHeight}px;height:${this.rowHeight}px"></div>`
        }
        <div class="at" hidden></div>
        <div class="line" hidden></div>
      </div>
      <div class="axis">${
        domain && this.width ? html`<svg aria-hidden="true">${stepAxis(domain, this.width)}</svg>` : nothing
      }</div>
      ${this.#over(value, error)}`;
  }

  #over(known: Overview | null, error: string | null): TemplateResult | typeof nothing {
    if (!error && known?.steps.length) return nothing;
    return html`<div class="over">${
      error
        ? failed("The overview couldn't be fetched", error)
        : known
          ? html`<dr-late><p class="note">No record yet</p></dr-late>`
          : overviewsLate("Loading overview")
    }</div>`;
  }

  override updated(): void {
    const { width, rowHeight } = this;
    const plot = this.renderRoot.querySelector(".plot") as HTMLElement;
    const canvas = plot.querySelector("canvas") as HTMLCanvasElement;
    plot.dataset.drawn = "false";
    const domain = domainOf(this.run);
    // TensorBoard shows another tab; the resize that brings the frame back draws again.
    if (!width || !domain || !this.#columns) return;
    const shown = [overview(this.run).state.value.value, layerNames.value, dark.value, width, rowHeight];
    const painted = this.#paintedDomain;
    if (painted && !resting.value && shown.every((one, i) => one === this.#painted[i])) {
      // Hundreds of rows take longer to paint than a frame may.
      const stretch = (painted[1] - painted[0]) / (domain[1] - domain[0]);
      canvas.style.transform = `translate(${toPixel(painted[0], domain, 100)}%) scaleX(${stretch})`;
      plot.dataset.drawn = "moving";
      return;
    }
    this.#painted = shown;
    this.#paintedDomain = domain;
    canvas.style.transform = "";
    // Whole device pixels, or the rows' edges would blur and their heights differ.
    const height = Math.max(1, Math.round(rowHeight * devicePixelRatio));
    canvas.width = this.#columns.first.length;
    canvas.height = height * this.#rows.length;
    const mark = Math.max(1, Math.round(devicePixelRatio));
    drawStrip(canvas, this.#rows, this.#columns, height, makeStripInk(dark.value ? "dark" : "light"), mark);
    plot.dataset.drawn = "true";
  }

  #drawLine(): void {
    const line = this.renderRoot.querySelector<HTMLElement>(".line");
    const at = cursor.value;
    const domain = domainOf(this.run);
    if (!line) return;
    const left = at && domain ? toPixel(at.x, domain, 100) : -1;
    line.hidden = !(left >= 0 && left <= 100);
    line.style.left = `${left}%`;
  }

  #summary(known: Overview | null): string {
    const what = `Dead share of ${plural(this.#rows.length, "layer")} of ${this.run}`;
    if (!known?.steps.length) return `${what}.`;
    const verdict = known.verdict ? ` ${known.verdict.sentence}.` : "";
    return `${what} over ${plural(known.steps.length, "record")}.${verdict}`;
  }

  #point(event: PointerEvent): void {
    const bounds = this.getBoundingClientRect();
    const domain = domainOf(this.run);
    const columns = this.#columns;
    const layer = layerNames.peek()[this.#rowAt(event)];
    const pixel = Math.floor(((event.clientX - bounds.left) / bounds.width) * (columns?.first.length ?? 0));
    if (!columns || !domain || layer === undefined || !(pixel >= 0 && pixel < columns.first.length)) {
      this.#leave();
      return;
    }
    this.#forget();
    const [first, last] = [columns.first[pixel], columns.last[pixel]];
    const held = columns.held[pixel] === 1;
    const x = toStep(event.clientX - bounds.left, domain, bounds.width);
    cursor.value = { x: first < 0 || held ? x : this.#within(first, last, x), unit: null };
    const records = first < 0 ? null : ([first, last] as const);
    stripPoint.value = { run: this.run, layer, records, held, x: event.clientX, y: event.clientY };
  }

  /** A place, moved into the windows of the records where rounding to pixels puts it just outside. */
  #within(first: number, last: number, x: number): number {
    const known = overview(this.run).state.peek().value;
    if (!known) return x;
    const { starts, ends } = spansOf(known);
    const least = starts[first] + (ends[last] - starts[first]) * 1e-6;
    return Math.min(Math.max(x, least), ends[last]);
  }

  readonly #leave = (): void => {
    this.#forget();
    if (stripPoint.peek()?.run !== this.run) return;
    cursor.value = null;
    stripPoint.value = null;
  };

  #forget(): void {
    this.#place = null;
    const mark = this.renderRoot.querySelector<HTMLElement>(".at");
    if (mark) mark.hidden = true;
  }

  #rowAt(event: MouseEvent): number {
    return Math.floor((event.clientY - this.getBoundingClientRect().top) / this.rowHeight);
  }

  #click(event: MouseEvent): void {
    const layer = layerNames.peek()[this.#rowAt(event)];
    if (layer !== undefined) chooseLayer(layer);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const names = layerNames.peek();
    const records = overview(this.run).state.peek().value?.steps.length ?? 0;
    if (event.key === "Escape") this.#leave();
    const start = [Math.max(0, names.indexOf(shownLayer.peek() ?? "")), records - 1] as const;
    const from = this.#place ?? start;
    const to = keyPlace(event.key, from, names.length, records);
    // The first key shows where the keyboard is; the next ones go on from there.
    if (to) this.#moveTo(this.#place ? to : start);
    else if ((event.key === "Enter" || event.key === " ") && from[0] < names.length)
      chooseLayer(names[from[0]]);
    else return;
    event.preventDefault();
  }

  #moveTo([row, record]: Place): void {
    const known = overview(this.run).state.peek().value;
    const domain = domainOf(this.run);
    if (!known || !domain) return;
    const mark = this.renderRoot.querySelector(".at") as HTMLElement;
    mark.style.cssText = `top:${row * this.rowHeight}px;height:${this.rowHeight}px`;
    mark.hidden = false;
    mark.scrollIntoView({ block: "nearest" });
    const { starts, ends } = spansOf(known);
    const { left, width } = this.getBoundingClientRect();
    const x = toPixel((starts[record] + ends[record]) / 2, domain, width);
    cursor.value = { x: ends[record], unit: null };
    stripPoint.value = {
      run: this.run,
      layer: layerNames.peek()[row],
      records: [record, record],
      held: false,
      x: left + Math.min(Math.max(x, 0), width),
      y: mark.getBoundingClientRect().bottom,
    };
    this.#place = [row, record];
  }
}

define("dr-strip", Strip);
