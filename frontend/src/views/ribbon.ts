import { html, type TemplateResult } from "lit/html.js";
import { percent } from "../lib/format";
import { extremes, recordColumns } from "../lib/line-columns";
import { drawRibbon, type RibbonLine } from "../render/ribbon";
import { domainOf, spansOf } from "../state/axis";
import { sharesOf, topShare } from "../state/dead-shares";
import { dark } from "../state/host";
import { columnOf } from "../state/panels";
import { colourOf } from "../state/view";
import { css } from "./css";
import { define, SignalElement } from "./signal-element";
import { common, GUTTER_LEFT, GUTTER_RIGHT } from "./styles";
import "./crosshair";

const HEIGHT = 26;
/** The dead share over the records, above a picture of the same run and aligned with it. */
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
        border-bottom: 1px solid var(--axis);
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
        bottom: 2px;
      }
    `,
  ];

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
    return html`<div class="top" title="Top of the scale, the same for all runs">${percent(topShare())}</div>
      <div class="what">dead</div>
      <div class="plot" data-run=${this.run} data-top=${topShare()}>
        <canvas role="img" aria-label="Dead share over the records, at the newest: ${summary.join(", ")}"></canvas>
        <dr-crosshair .run=${this.run}></dr-crosshair>
      </div>`;
  }

  override updated(): void {
    const canvas = this.renderRoot.querySelector("canvas") as HTMLCanvasElement;
    const domain = domainOf(this.run);
    if (!this.width || !domain) return;
    canvas.width = Math.round(this.width * devicePixelRatio);
    canvas.height = Math.round((HEIGHT - 1) * devicePixelRatio);
    const { of, minus } = columnOf(this.run);
    const lines = [of, minus].flatMap((run): RibbonLine[] => {
      const found = run === null ? null : sharesOf(run);
      if (!found || run === null) return [];
      const at = recordColumns(spansOf(found.timeline), domain, canvas.width);
      return [{ shares: extremes(found.shares, at).high, colour: colourOf(run) }];
    });
    drawRibbon(canvas, lines, topShare(), dark.peek() ? "dark" : "light");
    this.#plot.dataset.drawn = "true";
  }

  get #plot(): HTMLElement {
    return this.renderRoot.querySelector(".plot") as HTMLElement;
  }
}

define("dr-ribbon", Ribbon);
