import { html, nothing, type TemplateResult } from "lit/html.js";
import { approximate, percent, scientific } from "../lib/format";
import type { LineScale } from "../lib/line-scale";
import { toStep } from "../lib/scale";
import { stepAxis, yAxis } from "../render/axes";
import { drawLines, toHeight } from "../render/lines";
import { matchScreen } from "../render/screen";
import { THEMES } from "../render/theme";
import { domainOf } from "../state/axis";
import { cursor } from "../state/cursor";
import { dark } from "../state/host";
import { colourOf, shownRuns, shownScale } from "../state/view";
import { type ChartModel, dashOf, scaleOf, summary } from "./chart-model";
import { css } from "./css";
import { define, SignalElement } from "./signal-element";
import { common, GUTTER_LEFT, GUTTER_RIGHT } from "./styles";
import "./crosshair";
import "./readout";

const HEIGHT = 104;
const ROOM_PER_VALUE = 24;
/** One quantity of all shown runs over the shared axis. */
export class Chart extends SignalElement {
  static override properties = { model: null, width: 0, seen: false };
  declare model: ChartModel;
  /** Of the plot, in CSS pixels. */
  declare width: number;
  /** Whether it is in sight: what isn't follows neither view nor cursor, for there are many charts. */
  declare seen: boolean;
  #scale: LineScale | null = null;
  #observed: HTMLElement | null = null;
  #size = new ResizeObserver(([entry]) => {
    this.width = entry.contentRect.width;
  });
  #sight = new IntersectionObserver((entries) => {
    this.seen = entries[entries.length - 1].isIntersecting;
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
      .below {
        top: 100%;
      }
      line {
        stroke: var(--axis);
      }
    `,
  ];

  override connected(): () => void {
    this.#sight.observe(this);
    if (this.#observed) this.#size.observe(this.#observed);
    return () => {
      this.#size.disconnect();
      this.#sight.disconnect();
    };
  }

  override render(): TemplateResult {
    const { model } = this;
    this.#scale = scaleOf(model, shownScale.value, HEIGHT / ROOM_PER_VALUE);
    void dark.value;
    return html`<dr-readout .model=${model} .follows=${this.seen}></dr-readout>
      ${model.lines.length ? this.#drawing(this.#scale) : nothing}`;
  }

  #drawing(scale: LineScale): TemplateResult {
    return html`<div class="plot" data-chart=${this.model.title}
      @pointermove=${this.#point} @pointerleave=${leave}>
      <canvas role="img" aria-label=${summary(this.model)}></canvas>
      ${this.#axes(scale)}
      ${this.seen ? html`<dr-crosshair .run=${shownRuns.value[0]}></dr-crosshair>` : nothing}
    </div>`;
  }

  override updated(): void {
    const plot = this.renderRoot.querySelector<HTMLElement>(".plot");
    if (plot !== this.#observed) {
      this.#observed = plot;
      this.#size.disconnect();
      if (plot) this.#size.observe(plot);
    }
    const canvas = this.renderRoot.querySelector("canvas");
    const domain = this.seen ? domainOf(shownRuns.peek()[0]) : null;
    if (!plot || !canvas || !this.width || !domain || !this.#scale) return;
    matchScreen(canvas, this.width, HEIGHT);
    const theme = dark.peek() ? "dark" : "light";
    const lines = this.model.lines.map((line) => ({
      ...line,
      colour: THEMES[theme].runs[colourOf(line.run)],
      dash: dashOf(line.run),
    }));
    drawLines(canvas, lines, domain, this.#scale, theme);
    plot.dataset.drawn = String(lines.length);
  }

  #axes({ ticks, place }: LineScale): TemplateResult | typeof nothing {
    const { width } = this;
    const domain = this.seen && width ? domainOf(shownRuns.value[0]) : null;
    if (!domain) return nothing;
    const isLog = this.model.kind === "magnitude" && shownScale.value === "log";
    const text = this.model.kind === "share" ? percent : isLog ? scientific : approximate;
    const values = ticks.map((tick) => ({
      at: toHeight(place(tick), HEIGHT),
      text: text(tick),
      tick: false,
    }));
    return html`<svg aria-hidden="true">${yAxis(values, HEIGHT)}</svg>
      <svg class="below" aria-hidden="true">${stepAxis(domain, width)}</svg>`;
  }

  #point(event: PointerEvent): void {
    const bounds = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const domain = domainOf(shownRuns.peek()[0]);
    if (domain) cursor.value = { x: toStep(event.clientX - bounds.left, domain, bounds.width), unit: null };
  }
}

function leave(): void {
  cursor.value = null;
}

define("dr-chart", Chart);
