import { html, nothing, type TemplateResult } from "lit/html.js";
import type { ColourScale } from "../lib/colour-scale";
import { KINDS } from "../lib/marks";
import { cellsOf } from "../render/cells";
import { type Marks, marksOf } from "../render/heatmap-image";
import { drawSwatch, type LegendItem, legendItems, SWATCH_HEIGHT, text, widthOf } from "../render/legend";
import { spansOf, wholeDomain } from "../state/axis";
import { dark } from "../state/host";
import { columns, panelTimeline } from "../state/panels";
import type { CodeName } from "../wire/codes";
import { css } from "./css";
import { codeOf, pictureOf } from "./heatmap-model";
import { define, SignalElement } from "./signal-element";

/** The colours of the pictures, and the marks that occur in them. */
export class Legend extends SignalElement {
  static override properties = { run: null };
  /** Whose picture it is of; null for all of them, where they share their colours. */
  declare run: string | null;

  static override styles = [
    css`
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 0 14px;
      align-items: center;
      font-size: 11px;
      line-height: 16px;
      color: var(--muted);
    }
    span {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      white-space: nowrap;
    }
    canvas {
      flex: none;
      border-radius: 1px;
      outline: 1px solid var(--line);
    }
  `,
  ];

  override render(): TemplateResult | typeof nothing {
    void dark.value;
    const found = legendOf(this.run);
    if (!found) return nothing;
    return html`${found.items.map(
      (item) => html`<span title=${item.title || nothing}>
        ${item.before}${
          item.swatch
            ? html`<canvas aria-hidden="true" style="width:${widthOf(item)}px;height:${SWATCH_HEIGHT}px"></canvas>`
            : nothing
        }${item.label}
      </span>`,
    )}`;
  }

  override updated(): void {
    const found = legendOf(this.run);
    if (!found) return;
    const drawn = found.items.filter(({ swatch }) => swatch);
    this.renderRoot.querySelectorAll("canvas").forEach((canvas, i) => {
      canvas.width = Math.round(widthOf(drawn[i]) * devicePixelRatio);
      canvas.height = Math.round(SWATCH_HEIGHT * devicePixelRatio);
      drawSwatch(canvas, drawn[i], found.scale, found.code, dark.peek() ? "dark" : "light");
    });
  }
}

export interface FoundLegend {
  readonly items: readonly LegendItem[];
  readonly scale: ColourScale;
  readonly code: CodeName | null;
}

/** The legend of one picture, or of all; null before there is one. */
export function legendOf(run: string | null): FoundLegend | null {
  const runs = columns.value.map((column) => column.run).filter((one) => run === null || one === run);
  const pictures = runs.map(pictureOf).filter((picture) => picture !== null);
  const [first] = pictures;
  if (!first) return null;
  const found = pictures.map(({ whole, drawn }) => marksOf(cellsOf(whole, drawn)));
  const marks: Marks = {
    saturated: found.some((one) => one.saturated),
    nonFinite: found.some((one) => one.nonFinite),
    absent: found.some((one) => one.absent) || runs.some(isShorter),
    states: found.flatMap((one) => one.states),
  };
  const { of, minus } = first.column;
  const other = pictures.length > 1 ? "the other run" : minus;
  const items = legendItems(first.scale, marks, minus === null ? "" : `${of} minus ${other}`);
  for (const [kind, sign, what] of KINDS) {
    if (
      pictures.some(({ column }) => panelTimeline(column.of)?.state.value.value?.marks[kind].steps.length)
    ) {
      items.push(text(`${sign} ${what}`, "The larger, the more units; the pointer on a mark says how many"));
    }
  }
  if (runs.some(isDropped)) items.push(text("faded: no record kept here, the one before is shown"));
  return { items, scale: first.scale, code: codeOf(first) };
}

/** Whether a run's records don't reach from end to end of the axis. */
function isShorter(run: string): boolean {
  const known = panelTimeline(run)?.state.value.value;
  const whole = wholeDomain.value;
  if (!known?.steps.length || !whole) return false;
  const { starts, ends } = spansOf(known);
  return starts[0] > whole[0] || ends[ends.length - 1] < whole[1];
}

function isDropped(run: string): boolean {
  const known = panelTimeline(run)?.state.value.value;
  return known?.window_start_steps.some((start, i) => i > 0 && start > known.steps[i - 1]) ?? false;
}

define("dr-legend", Legend);
