import { css, html, type TemplateResult, unsafeCSS } from "lit";
import uPlotStyles from "uplot/dist/uPlot.min.css?inline";
import { percent, plural } from "../lib/format";
import { drawDeadLine } from "../render/dead-line-plot";
import { cursor } from "../state/cursor";
import { dark } from "../state/host";
import { domain, mostDead, panelTimeline } from "../state/panels";
import { shownRuns } from "../state/selection";
import { SignalElement } from "./signal-element";
import { GUTTER_LEFT, GUTTER_RIGHT } from "./styles";
import "./crosshair";

/** Number of dead units of one run over the steps; the other run's as a thin line, to compare. */
export class DeadLine extends SignalElement {
  static override properties = { run: {}, box: { state: true } };
  declare run: string;
  declare box: { width: number; height: number };

  static override styles = [
    unsafeCSS(uPlotStyles),
    css`
      :host {
        display: block;
        position: relative;
        min-height: 0;
      }
      .chart {
        position: absolute;
        inset: 0;
      }
      .over {
        position: absolute;
        inset: 0 ${GUTTER_RIGHT}px 0 ${GUTTER_LEFT}px;
      }
      dr-crosshair {
        inset: 0;
      }
    `,
  ];

  #plot: { destroy(): void } | null = null;
  #observer = new ResizeObserver(([entry]) => {
    this.box = { width: entry.contentRect.width, height: entry.contentRect.height };
  });

  constructor() {
    super();
    this.box = { width: 0, height: 0 };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  override render(): TemplateResult {
    for (const run of shownRuns.value) void panelTimeline(run)?.state.value;
    void [dark.value, domain.value, mostDead.value];
    return html`
      <div class="chart" role="img" aria-label=${this.#summary()}></div>
      <div class="over" @pointermove=${this.#point} @pointerleave=${this.#leave}>
        <dr-crosshair></dr-crosshair>
      </div>
    `;
  }

  override updated(): void {
    const { width, height } = this.box;
    this.#plot?.destroy();
    this.#plot = null;
    const steps = domain.peek();
    const own = panelTimeline(this.run)?.state.peek().value;
    if (!width || !height || !steps || !own) return;
    const runs = shownRuns.peek();
    const other = runs.find((run) => run !== this.run);
    this.#plot = drawDeadLine(this.renderRoot.querySelector(".chart") as HTMLElement, {
      own,
      ownColour: runs.indexOf(this.run),
      other: (other !== undefined && panelTimeline(other)?.state.peek().value) || null,
      domain: steps,
      mostDead: mostDead.peek(),
      theme: dark.peek() ? "dark" : "light",
      width,
      height,
      gutters: [GUTTER_LEFT, GUTTER_RIGHT],
    });
  }

  #summary(): string {
    const known = panelTimeline(this.run)?.state.peek().value;
    const dead = known?.states.dead.at(-1);
    if (!known || dead === undefined) return `Dead units of ${this.run} over the steps`;
    const width = known.widths[known.widths.length - 1];
    return (
      `Dead units of ${this.run} over the steps: ${dead} of ${plural(width, "unit")} ` +
      `(${percent(dead / width)}) at step ${known.steps.at(-1)}`
    );
  }

  #point(event: PointerEvent): void {
    const bounds = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const steps = domain.peek();
    if (!steps) return;
    const share = (event.clientX - bounds.left) / bounds.width;
    cursor.value = { step: steps[0] + share * (steps[1] - steps[0]), unit: null };
  }

  #leave(): void {
    cursor.value = null;
  }
}

customElements.define("dr-dead-line", DeadLine);
