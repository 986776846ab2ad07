import { css, html, nothing, svg, type TemplateResult } from "lit";
import { type RecordSpans, recordUnder } from "../lib/axis";
import { axisTicks, axisTitle, formatPlace, formatTick } from "../lib/axis-ticks";
import { approximate, percent } from "../lib/format";
import { extentOf, type LineScale, linearScale, logScale } from "../lib/line-scale";
import { toPixel, toStep } from "../lib/scale";
import { DASHES, drawLines, toHeight } from "../render/lines";
import { THEMES } from "../render/theme";
import { domainOf } from "../state/axis";
import { cursor } from "../state/cursor";
import type { Scale } from "../state/hash";
import { dark } from "../state/host";
import { colourOf, shownAxis, shownRuns, shownScale } from "../state/view";
import { SignalElement } from "./signal-element";
import { common, GUTTER_LEFT, GUTTER_RIGHT } from "./styles";
import "./crosshair";

export interface ChartLine {
  readonly run: string;
  readonly spans: RecordSpans;
  /** One for each record; NaN where there is none. */
  readonly values: ArrayLike<number>;
  readonly band?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> };
  /** What the head says of a record. */
  readonly read: (record: number) => string;
}

export interface ChartModel {
  readonly title: string;
  /** Shares are from 0 to 1, and fill the chart from 0; fractions have all of it; magnitudes may be on a log scale. */
  readonly kind: "share" | "fraction" | "magnitude" | "signed";
  readonly lines: readonly ChartLine[];
  /** Runs without a line, and why. */
  readonly without: readonly (readonly [run: string, why: string])[];
}

const HEIGHT = 104;
const ROOM_PER_VALUE = 24;
const ROOM_PER_LABEL = 84;
/** A share that is smaller than this doesn't fill the chart. */
const LEAST_SHARE = 0.05;

/** One quantity of all shown runs over the shared axis. */
export class Chart extends SignalElement {
  static override properties = { model: { attribute: false }, width: { state: true } };
  declare model: ChartModel;
  /** Of the plot, in CSS pixels. */
  declare width: number;
  #scale: LineScale | null = null;
  #observer = new ResizeObserver(([entry]) => {
    this.width = entry.contentRect.width;
  });

  static override styles = [
    common,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .plot {
        position: relative;
        height: ${HEIGHT}px;
        margin: 2px ${GUTTER_RIGHT}px 20px ${GUTTER_LEFT}px;
      }
      canvas {
        width: 100%;
        height: 100%;
      }
      svg {
        position: absolute;
        left: 0;
        top: 0;
        overflow: visible;
        pointer-events: none;
        font-size: 11px;
        fill: var(--muted);
      }
    `,
  ];

  constructor() {
    super();
    this.width = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.updateComplete.then(() => this.#observer.observe(this.#plot));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }

  override render(): TemplateResult {
    const { model } = this;
    this.#scale = scaleOf(model, shownScale.value);
    void dark.value;
    return html`<dr-readout .model=${model}></dr-readout>
      <div class="plot" data-chart=${model.title} @pointermove=${this.#point} @pointerleave=${leave}>
        <canvas role="img" aria-label=${summary(model)}></canvas>
        ${this.#axes(this.#scale)}
        <dr-crosshair .run=${shownRuns.value[0]}></dr-crosshair>
      </div>`;
  }

  override updated(): void {
    const domain = domainOf(shownRuns.peek()[0]);
    const canvas = this.renderRoot.querySelector("canvas");
    if (!canvas || !this.width || !domain || !this.#scale) return;
    canvas.width = Math.round(this.width * devicePixelRatio);
    canvas.height = Math.round(HEIGHT * devicePixelRatio);
    const theme = dark.peek() ? "dark" : "light";
    const lines = this.model.lines.map((line) => ({
      ...line,
      colour: THEMES[theme].runs[colourOf(line.run)],
      dash: dashOf(line.run),
    }));
    drawLines(canvas, lines, domain, this.#scale, theme);
    this.#plot.dataset.drawn = String(lines.length);
  }

  get #plot(): HTMLElement {
    return this.renderRoot.querySelector(".plot") as HTMLElement;
  }

  #axes({ ticks, place }: LineScale): TemplateResult | typeof nothing {
    const axis = shownAxis.value;
    const domain = domainOf(shownRuns.value[0]);
    const { width } = this;
    if (!domain || !width) return nothing;
    const text = this.model.kind === "share" || this.model.kind === "fraction" ? percent : approximate;
    const values = ticks.map(
      (tick) =>
        svg`<text x="-6" y=${toHeight(place(tick), HEIGHT) + 4} text-anchor="end">${text(tick)}</text>`,
    );
    const places = axisTicks(domain, Math.max(1, Math.floor(width / ROOM_PER_LABEL)), axis).map((tick) => {
      const x = toPixel(tick, domain, width);
      const anchor = x < 20 ? "start" : x > width - 20 ? "end" : "middle";
      return svg`<text x=${x} y=${HEIGHT + 13} text-anchor=${anchor}>${formatTick(tick, axis, domain)}</text>`;
    });
    return html`<svg aria-hidden="true"><title>${axisTitle(axis, domain)}</title>${values}${places}</svg>`;
  }

  #point(event: PointerEvent): void {
    const bounds = this.#plot.getBoundingClientRect();
    const domain = domainOf(shownRuns.peek()[0]);
    if (domain) cursor.value = { x: toStep(event.clientX - bounds.left, domain, bounds.width), unit: null };
  }
}

/** What a chart shows where the cursor is, or else of the newest records. Apart from it, to be drawn more often. */
class Readout extends SignalElement {
  static override properties = { model: { attribute: false } };
  declare model: ChartModel;

  static override styles = [
    common,
    css`
      h3 {
        display: flex;
        justify-content: space-between;
        gap: 12px;
        font-weight: 500;
      }
      h3 span {
        font-weight: 400;
        white-space: nowrap;
      }
      /* As high whatever it says: the plots must not jump as the pointer moves. */
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(210px, 1fr));
        gap: 0 12px;
        list-style: none;
        font-size: 12px;
        line-height: 16px;
      }
      li {
        display: flex;
        gap: 6px;
        align-items: center;
        white-space: nowrap;
        min-width: 0;
      }
      .name {
        color: var(--muted);
        overflow: hidden;
        text-overflow: ellipsis;
      }
      b {
        font-weight: 500;
        flex: none;
      }
      svg {
        flex: none;
      }
    `,
  ];

  override render(): TemplateResult {
    const at = cursor.value;
    const domain = domainOf(shownRuns.value[0]);
    const { title, lines, without } = this.model;
    return html`<h3>
        ${title}
        <span class="muted">${at && domain ? formatPlace(at.x, shownAxis.value, domain) : "newest record"}</span>
      </h3>
      <ul>
        ${lines.map((line) => {
          const record = at ? recordUnder(line.spans, at.x) : line.values.length - 1;
          return html`<li>
            ${runSample(line.run)}<span class="name" title=${line.run}>${line.run}</span>
            <b>${record < 0 ? "no record" : line.read(record)}</b>
          </li>`;
        })}
        ${without.map(([run, why]) => html`<li class="muted" title=${`${run}: ${why}`}>${run}: ${why}</li>`)}
      </ul>`;
  }
}

/** How a run's lines look. */
export function runSample(run: string): TemplateResult {
  return html`<svg class="sample" width="22" height="8" aria-hidden="true">
    <line x2="22" y1="4" y2="4" stroke-width="2" stroke=${`var(--run${colourOf(run)})`}
      stroke-dasharray=${dashOf(run).join(" ") || nothing} />
  </svg>`;
}

function dashOf(run: string): readonly number[] {
  return DASHES[Math.max(0, shownRuns.peek().indexOf(run)) % DASHES.length];
}

function scaleOf({ kind, lines }: ChartModel, scale: Scale): LineScale {
  const count = Math.floor(HEIGHT / ROOM_PER_VALUE);
  if (kind === "fraction") return linearScale(0, 1, count);
  const all = lines.flatMap(({ values, band }) => (band ? [values, band.low, band.high] : [values]));
  const { low, high, positive } = extentOf(all) ?? { low: 0, high: 1, positive: 1 };
  if (kind === "share") return linearScale(0, Math.max(high, LEAST_SHARE), count);
  if (kind === "signed") return linearScale(low, high, count);
  return scale === "log" ? logScale(positive, high, low === 0, count) : linearScale(0, high, count);
}

function summary({ title, lines }: ChartModel): string {
  const newest = lines.map(
    ({ run, values, read }) => `${run} ${values.length ? read(values.length - 1) : "none"}`,
  );
  return `${title} over the records; at the newest ${newest.join("; ") || "nothing"}`;
}

function leave(): void {
  cursor.value = null;
}

customElements.define("dr-readout", Readout);
customElements.define("dr-chart", Chart);
