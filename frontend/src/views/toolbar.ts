import { computed } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit/html.js";
import {
  AXES,
  LOCKS,
  type Lock,
  ORDERS,
  type Order,
  PICTURES,
  type Picture,
  SCALES,
  STATISTICS,
  type Statistic,
} from "../state/hash";
import { columns, readableInfo } from "../state/panels";
import {
  chooseAxis,
  chooseOrder,
  choosePicture,
  chooseScale,
  chooseStatistic,
  isLocked,
  resetZoom,
  shownAxis,
  shownOrder,
  shownPicture,
  shownRuns,
  shownScale,
  shownStatistic,
  toggleLock,
  zoomedRange,
  zoomedRows,
} from "../state/view";
import { forEachRange, panAxis, stepUnits, zoomAxis, zoomUnits } from "../state/zooming";
import { css } from "./css";
import { ZOOM_STEP } from "./keys";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";

const PAN_STEP = 0.5;

const ORDER_NAMES: Record<Order, string> = {
  death: "death, earliest first",
  fraction: "fraction, highest first",
  gradient_norm: "gradient norm, lowest first",
  difference: "difference, largest first",
  index: "index",
};
const itself = (name: string) => name;
const NO_SCALE = "Only gradient norm and mean activation have a log scale";
const SCALE_OF = "of gradient norm and mean activation";
const LOCK_NAMES: Record<Lock, readonly [string, string]> = {
  order: ["order", "One order of units for all runs: the base run's"],
  range: ["range", "One part of the axis for all runs"],
  colour: ["colours", "One colour scale for all runs"],
};

type Zoom = readonly [sign: string, name: string, act: () => void];
const ofAxis = (act: (run: string) => unknown) => () => forEachRange(act);
/** The units' positions are the same in all columns. */
const ofUnits = (act: (run: string) => unknown) => () => {
  const [first] = columns.peek();
  if (first) act(first.run);
};
const AXIS_ZOOMS: readonly Zoom[] = [
  ["+", "Zoom in on the axis", ofAxis((run) => zoomAxis(run, 1 / ZOOM_STEP))],
  ["−", "Zoom out on the axis", ofAxis((run) => zoomAxis(run, ZOOM_STEP))],
  ["←", "Pan left", ofAxis((run) => panAxis(run, -PAN_STEP))],
  ["→", "Pan right", ofAxis((run) => panAxis(run, PAN_STEP))],
];
const UNIT_ZOOMS: readonly Zoom[] = [
  ["+", "Show fewer units", ofUnits((run) => zoomUnits(run, 1 / ZOOM_STEP))],
  ["−", "Show more units", ofUnits((run) => zoomUnits(run, ZOOM_STEP))],
  ["↑", "Pan up", ofUnits((run) => stepUnits(run, -PAN_STEP))],
  ["↓", "Pan down", ofUnits((run) => stepUnits(run, PAN_STEP))],
];

/** What the layer's pictures show, below the layer's name and which part of it they show. */
export class Toolbar extends SignalElement {
  static override styles = [
    common,
    css`
      .row,
      .zooms {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 10px;
        font-size: 12px;
        line-height: 16px;
      }
      /* The part stands with the name, for what is chosen takes a line of its own. */
      .zooms {
        margin-left: auto;
      }
      .what {
        margin-top: 4px;
      }
      label,
      .group {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        white-space: nowrap;
      }
      select {
        padding: 2px;
      }
      select:disabled {
        color: var(--muted);
      }
      input {
        margin: 0;
      }
      button {
        padding: 1px 7px;
      }
      .group button {
        min-width: 24px;
        padding: 1px 4px;
      }
    `,
  ];

  override render(): TemplateResult {
    const several = shownRuns.value.length > 1;
    const isState = shownStatistic.value === "state";
    const hasUnits = shownPicture.value !== "distribution";
    const fits = (picture: Picture) =>
      picture === "units" || (!isState && (picture !== "difference" || several));
    const hasNorms = shownRuns.value.some(
      (run) => ![null, "stopped"].includes(readableInfo(run)?.gradient_at ?? null),
    );
    const noScale = !hasNorms && (isState || shownStatistic.value === "fraction") ? NO_SCALE : "";
    return html`
      <div class="row">
        <slot></slot>
        <div class="zooms" role="toolbar" aria-label="Part of the layer">
          ${zooms("axis", AXIS_ZOOMS)} ${hasUnits ? zooms("units", UNIT_ZOOMS) : nothing}
          <button ?disabled=${!isZoomed.value} @click=${resetZoom}>Reset zoom</button>
        </div>
      </div>
      <div class="row what" role="toolbar" aria-label="Pictures of the layer">
        ${select("show", "Show", STATISTICS, statisticName, shownStatistic.value, chooseStatistic)}
        ${select("picture", "as", PICTURES, itself, shownPicture.value, choosePicture, fits)}
        ${
          hasUnits
            ? select(
                "order",
                "by",
                ORDERS,
                (one) => ORDER_NAMES[one],
                shownOrder.value,
                chooseOrder,
                (order) => order !== "difference" || several,
              )
            : nothing
        }
        ${select("axis", "over", AXES, (one) => (one === "step" ? one : `${one} time`), shownAxis.value, chooseAxis)}
        ${select("scale", "scale", SCALES, itself, shownScale.value, chooseScale, undefined, noScale, SCALE_OF)}
        ${several ? locks() : nothing}
        <button title="Save the pictures as PNG" @click=${this.#save}>PNG</button>
      </div>
    `;
  }

  #save(): void {
    this.dispatchEvent(new CustomEvent("save", { bubbles: true, composed: true }));
  }
}

/** A signal of its own, for every move of the view changes the range. */
const isZoomed = computed(
  () => zoomedRows.value !== null || shownRuns.value.some((run) => zoomedRange(run) !== null),
);

function statisticName(show: Statistic): string {
  if (show === "state") return "unit state";
  if (show !== "fraction") return show.replace("_", " ");
  const kinds = new Set(shownRuns.value.map((run) => readableInfo(run)?.fraction).filter(Boolean));
  return [...kinds]
    .map((kind) => kind?.split("_")[0])
    .join(" or ")
    .concat(" fraction")
    .trimStart();
}

/** @param why There is nothing to choose; empty where there is. */
function select<T extends string>(
  name: string,
  label: string,
  all: readonly T[],
  nameOf: (one: T) => string,
  shown: T,
  choose: (one: T) => void,
  fits: (one: T) => boolean = () => true,
  why = "",
  title = "",
): TemplateResult {
  return html`<label><span class="muted">${label}</span>
    <select name=${name} ?disabled=${why} title=${why || title || nothing} @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as T)}>
      ${all.map(
        (one) =>
          html`<option value=${one} .selected=${one === shown} ?disabled=${!fits(one)}>${nameOf(one)}</option>`,
      )}
    </select></label>`;
}

function locks(): TemplateResult {
  return html`<div class="group" role="group" aria-label="The same for all runs">
    <span class="muted">for all runs:</span>
    ${LOCKS.map(
      (lock) => html`<label title=${LOCK_NAMES[lock][1]}>
        <input type="checkbox" name=${lock} .checked=${isLocked(lock)} @change=${() => toggleLock(lock)} />
        ${LOCK_NAMES[lock][0]}</label>`,
    )}
  </div>`;
}

function zooms(of: string, all: readonly Zoom[]): TemplateResult {
  return html`<div class="group" role="group" aria-label="Part of the ${of}">
    <span class="muted">${of}</span>
    ${all.map(
      ([sign, name, act]) => html`<button title=${name} aria-label=${name} @click=${act}>${sign}</button>`,
    )}
  </div>`;
}

define("dr-toolbar", Toolbar);
