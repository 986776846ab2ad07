import { html, type TemplateResult } from "lit/html.js";
import { percent } from "../lib/format";
import { extremes, recordColumns } from "../lib/line-columns";
import { eventsInWords, KINDS, type Mark, marksAt, marksOf, placeOf } from "../lib/marks";
import { toPixel } from "../lib/scale";
import { drawMarks, LANE } from "../render/marks";
import { drawRibbon, type RibbonLine } from "../render/ribbon";
import { matchScreen } from "../render/screen";
import { domainOf, spansOf } from "../state/axis";
import { sharesOf, topShare } from "../state/dead-shares";
import { dark } from "../state/host";
import { columnOf } from "../state/panels";
import { colourOf } from "../state/view";
import { css } from "./css";
import { define, SignalElement } from "./signal-element";
import { common, GUTTER_LEFT, GUTTER_RIGHT } from "./styles";
import "./crosshair";

const HEIGHT = 25 + LANE;
/**
 * The dead share over the records, and below it when units died, came back and were repaired; above a picture of the
 * same run and aligned with it.
 */
export class Ribbon extends SignalElement {
  static override properties = { run: null, width: 0 };
  declare run: string;
  /** Of the plot, in CSS pixels. */
  declare width: number;

  static override styles = [
    common,
    css`
      :host {
        display: block;
        position: relative;
        height: ${HEIGHT + 3}px;
        font-size: 11px;
        line-height: 13px;
        color: var(--muted);
      }
      .plot {
        position: absolute;
        inset: 0 ${GUTTER_RIGHT}px 3px ${GUTTER_LEFT}px;
      }
      canvas {
        width: 100%;
        height: 100%;
        display: block;
      }
      .top,
      .what {
        position: absolute;
        right: calc(100% - ${GUTTER_LEFT - 7}px);
        white-space: nowrap;
      }
      .what {
        bottom: ${LANE + 2}px;
      }
    `,
  ];

  #marks: Mark[][] = [];
  #observer = new ResizeObserver(() => {
    this.width = this.#plot.clientWidth;
  });

  override connected(): () => void {
    this.#observer.observe(this.#plot);
    return () => this.#observer.disconnect();
  }

  override render(): TemplateResult {
    void [dark.value, domainOf(this.run)];
    const { of, minus } = columnOf(this.run);
    const runs = [of, minus].filter((run) => run !== null);
    const all = runs.map((run) => [run, sharesOf(run)] as const);
    const summary = all.map(([run, found]) => `${run} ${percent(found?.shares.at(-1) ?? Number.NaN)}`);
    const marks = sharesOf(of)?.timeline.marks;
    const events = marks && eventsInWords(marks);
    return html`<div class="top" title="Top of the scale, the same for all runs">${percent(topShare())}</div>
      <div class="what">dead</div>
      <div class="plot" data-run=${this.run} data-top=${topShare()} @pointermove=${this.#point}>
        <canvas role="img" aria-label="Dead share over the records, at the newest: ${summary.join(", ")}${
          events ? `; ${events}` : ""
        }"></canvas>
        <dr-crosshair .run=${this.run}></dr-crosshair>
      </div>`;
  }

  override updated(): void {
    const canvas = this.renderRoot.querySelector("canvas") as HTMLCanvasElement;
    const domain = domainOf(this.run);
    if (!this.width || !domain) return;
    matchScreen(canvas, this.width, HEIGHT);
    const { of, minus } = columnOf(this.run);
    const lines = [of, minus].flatMap((run): RibbonLine[] => {
      const found = run === null ? null : sharesOf(run);
      if (!found || run === null) return [];
      const at = recordColumns(spansOf(found.timeline), domain, canvas.width);
      return [{ shares: extremes(found.shares, at).high, colour: colourOf(run) }];
    });
    const theme = dark.peek() ? "dark" : "light";
    drawRibbon(canvas, lines, topShare(), theme);
    const known = sharesOf(of)?.timeline;
    this.#marks = [];
    if (known) {
      const spans = spansOf(known);
      const at = (step: number) =>
        toPixel(placeOf(step, known.steps, known.window_start_steps[0], spans), domain, this.width);
      this.#marks = KINDS.map(([kind]) => marksOf(known.marks[kind], at, this.width));
      drawMarks(canvas, this.#marks, known.units, theme);
    }
    this.#plot.dataset.drawn = "true";
  }

  #point(event: PointerEvent): void {
    const plot = this.#plot;
    plot.title = this.#marks.length
      ? marksAt(event.clientX - plot.getBoundingClientRect().left, this.#marks)
      : "";
  }

  get #plot(): HTMLElement {
    return this.renderRoot.querySelector(".plot") as HTMLElement;
  }
}

define("dr-ribbon", Ribbon);
