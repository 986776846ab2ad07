import { html, nothing, svg, type TemplateResult } from "lit";
import { plural, whole } from "../lib/format";
import { toStep } from "../lib/scale";
import { stateName } from "../lib/words";
import { stepAxis, unitAxis } from "../render/axes";
import { drawDeadMarks, drawHeatmap, type HeatmapImage } from "../render/heatmap-image";
import { css as cssColour, fractionPlace, logPlace, makeInk } from "../render/ink";
import { THEMES } from "../render/theme";
import { type Cell, cell, cursor } from "../state/cursor";
import { reload } from "../state/data";
import { dark } from "../state/host";
import { domain, gradientRange, type Panel, panelMatrix, setResolution } from "../state/panels";
import { shownLayer } from "../state/selection";
import { DEAD, type Matrix, positions } from "../wire/matrix";
import { heatmapStyles } from "./heatmap-styles";
import { keyMove } from "./keys";
import { SignalElement } from "./signal-element";
import { common } from "./styles";
import "./crosshair";
import "./late";

/** Units x steps of one run and statistic. */
export class Heatmap extends SignalElement {
  static override properties = {
    run: {},
    panel: { attribute: "data-panel", reflect: true },
    label: {},
    box: { state: true },
  };
  declare run: string;
  declare panel: Panel;
  declare label: string;
  /** Size of the plot in CSS pixels. */
  declare box: { width: number; height: number };

  static override styles = [common, heatmapStyles];

  #drawn: Matrix | null = null;
  #image: HeatmapImage | null = null;
  #pointed: [number, number] | null = null;
  #positions = new Map<number, number>();
  #observer = new ResizeObserver(() => this.#measure());

  constructor() {
    super();
    this.box = { width: 0, height: 0 };
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
    const state = panelMatrix(this.run, this.panel)?.state.value;
    const fresh = state?.value ?? null;
    const kept = this.#drawn?.layer === shownLayer.value && this.#drawn.run === this.run ? this.#drawn : null;
    const matrix = fresh ?? kept;
    if (matrix !== this.#drawn && matrix) this.#positions = positions(matrix);
    this.#drawn = matrix;
    void dark.value;
    void gradientRange.value;
    const { width, height } = this.box;
    const steps = domain.value;
    return html`
      <div class="title" aria-hidden="true">${unitTitle(matrix)}</div>
      <div class="plot ${matrix && !fresh ? "stale" : ""}" tabindex="0" role="group"
        aria-label=${this.#summary(matrix)} aria-roledescription="heatmap"
        data-order=${matrix?.order ?? nothing} data-records=${matrix?.records ?? nothing}
        @pointermove=${this.#point} @pointerleave=${this.#leave} @keydown=${this.#key} @blur=${this.#leave}>
        <canvas class="cells" role="img" aria-label=${this.#summary(matrix)}></canvas>
        <dr-crosshair .place=${this.#place}></dr-crosshair>
        ${matrix && height ? html`<svg aria-hidden="true">${unitAxis(matrix.unitOrder, height)}</svg>` : nothing}
        ${
          steps && width
            ? html`<svg class="steps" aria-hidden="true">${svg`${stepAxis(steps, width)}`}</svg>`
            : nothing
        }
        ${
          state?.error
            ? html`<dr-late><div class="error">
                This heatmap couldn't be fetched: ${state.error} <button @click=${reload}>Try again</button>
              </div></dr-late>`
            : matrix
              ? nothing
              : html`<dr-late .delay=${300}>Loading…</dr-late>`
        }
      </div>
      <div class="marks" title="Dead at the newest record"><canvas aria-hidden="true"></canvas></div>
    `;
  }

  override updated(): void {
    const { width, height } = this.box;
    // Height 0: TensorBoard shows another tab. The resize that brings the frame back draws again.
    if (!width || !height) return;
    const [cells, marks] = this.renderRoot.querySelectorAll("canvas");
    matchScreen(cells);
    matchScreen(marks);
    const steps = domain.peek();
    this.#image = null;
    this.#plot.dataset.drawn = "false";
    if (!this.#drawn || !steps) return;
    const theme = dark.peek() ? "dark" : "light";
    const range = gradientRange.peek();
    const place = this.panel === "fraction" || !range ? fractionPlace : logPlace(range.low, range.high);
    const extreme = this.panel === "fraction" ? "maximum" : "minimum";
    this.#plot.dataset.drawn = "true";
    this.#image = drawHeatmap(cells, this.#drawn, steps, makeInk(this.#drawn.code, place, theme), extreme);
    drawDeadMarks(marks, this.#drawn, cssColour(THEMES[theme].dead));
    const under = cell.peek();
    // A pointer that rests must not go on about what was under it before.
    if (this.#pointed && under?.matrix !== this.#drawn) this.#show(...this.#pointed);
  }

  get #plot(): HTMLElement {
    return this.renderRoot.querySelector(".plot") as HTMLElement;
  }

  #measure(): void {
    const { clientWidth: width, clientHeight: height } = this.#plot;
    if (width && height) setResolution(width * devicePixelRatio, height * devicePixelRatio);
    this.box = { width, height };
  }

  readonly #place = (unit: number): number | null => {
    const position = this.#positions.get(unit);
    return position === undefined || !this.#drawn ? null : (position + 0.5) / this.#drawn.units;
  };

  #summary(matrix: Matrix | null): string {
    if (!matrix) return `${this.label} of ${this.run}`;
    let dead = 0;
    for (let row = 0; row < matrix.rows; row++) {
      if (matrix.states[(row + 1) * matrix.columns - 1] === DEAD) dead++;
    }
    const rows = matrix.rows === matrix.units ? "units" : "rows";
    return (
      `${this.label} of ${matrix.layer} in ${this.run}: ${plural(matrix.units, "unit")} by ` +
      `${plural(matrix.records, "record")}; ${whole(dead)} ${rows} dead at the newest. ` +
      "Arrow keys, Home, End and Page keys move through the cells."
    );
  }

  #point(event: PointerEvent): void {
    this.#show(event.clientX, event.clientY);
  }

  #show(clientX: number, clientY: number): void {
    const bounds = this.#plot.getBoundingClientRect();
    const x = (clientX - bounds.left) / bounds.width;
    const y = (clientY - bounds.top) / bounds.height;
    const image = this.#image;
    const matrix = this.#drawn;
    const steps = domain.peek();
    if (!image || !matrix || !steps || x < 0 || x >= 1 || y < 0 || y >= 1) {
      this.#leave();
      return;
    }
    this.#pointed = [clientX, clientY];
    const column = Math.floor(x * image.width);
    const row = Math.floor(y * image.height);
    const rows = [image.rows.first[row], image.rows.last[row]] as const;
    const columns = [image.columns.first[column], image.columns.last[column]] as const;
    const held = image.columns.held[column] === 1;
    const unit = matrix.unitOrder[matrix.rowStarts[rows[0]]] ?? null;
    cursor.value = { step: held ? toStep(x, steps, 1) : within(columns, matrix, toStep(x, steps, 1)), unit };
    const now: Cell | null = columns[0] < 0 ? null : { matrix, rows, columns, held, x: clientX, y: clientY };
    cell.value = now;
  }

  #leave(): void {
    this.#pointed = null;
    cursor.value = null;
    cell.value = null;
  }

  #key(event: KeyboardEvent): void {
    const image = this.#image;
    if (!image || !this.#drawn) return;
    if (event.key === "Escape") this.#leave();
    const at = cell.peek()?.matrix === this.#drawn ? cell.peek() : null;
    const to = keyMove(event.key, at, this.#drawn, image);
    if (!to) return;
    event.preventDefault();
    const bounds = this.#plot.getBoundingClientRect();
    const [x, y] = [to[0] / image.width, to[1] / image.height];
    this.#show(bounds.left + x * bounds.width, bounds.top + y * bounds.height);
  }
}

/** The step, moved into the columns where rounding to pixels puts it just outside. */
function within(columns: readonly [number, number], matrix: Matrix, step: number): number {
  if (columns[0] < 0) return step;
  const start = matrix.windowStartSteps[matrix.columnStarts[columns[0]]];
  const end = matrix.steps[matrix.columnStarts[columns[1] + 1] - 1];
  return Math.min(Math.max(step, start + (end - start) * 1e-6), end);
}

/** What the numbers on the axis of units are. */
function unitTitle(matrix: Matrix | null): string {
  if (!matrix || matrix.order === "index") return "unit";
  return `units by ${stateName(matrix.order)}`;
}

/** Gives a canvas as many pixels as the screen has where it lies. */
function matchScreen(canvas: HTMLCanvasElement): void {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

customElements.define("dr-heatmap", Heatmap);
