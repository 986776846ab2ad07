import { html, nothing, svg, type TemplateResult } from "lit/html.js";
import { formatPlace } from "../lib/axis-ticks";
import type { Domain } from "../lib/scale";
import { toPixel } from "../lib/scale";
import { panned, placeAt } from "../lib/zoom";
import { domainOf, spansOf, wholeDomain } from "../state/axis";
import { sharesOf, topShare } from "../state/dead-shares";
import { readableInfo } from "../state/panels";
import { colourOf, isLocked, shownAxis, shownRuns } from "../state/view";
import { showRange } from "../state/zooming";
import { css } from "./css";
import { zoomByKey } from "./keys";
import { define, SignalElement } from "./signal-element";
import { common, GUTTER_LEFT, GUTTER_RIGHT } from "./styles";

const STEP = 0.1;

type Handle = "start" | "window" | "end";

interface Drag {
  readonly run: string;
  readonly handle: Handle;
  readonly from: number;
  /** What was shown, or where the pointer began to draw something else. */
  readonly span: Domain;
  moved: boolean;
}

/** All of the axis with each run's dead share, and on it the part that the pictures show. */
export class Minimap extends SignalElement {
  static override styles = [
    common,
    css`
      :host {
        display: block;
        padding: 0 ${GUTTER_RIGHT}px 0 ${GUTTER_LEFT}px;
      }
      .lane {
        position: relative;
        height: 30px;
        margin-bottom: 3px;
        border: 1px solid var(--line);
        border-radius: 2px;
        cursor: crosshair;
        touch-action: pan-y;
        user-select: none;
      }
      svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        pointer-events: none;
      }
      path {
        fill: none;
        stroke-width: 1.5;
        vector-effect: non-scaling-stroke;
      }
      .window {
        position: absolute;
        inset-block: -1px;
        min-width: 4px;
        border: 1px solid var(--focus);
        background: color-mix(in srgb, var(--focus) 14%, transparent);
        cursor: grab;
      }
      .handle {
        position: absolute;
        inset-block: -1px;
        width: 24px;
        margin-left: -4px;
        cursor: ew-resize;
      }
      /* Beside the window: within it, they would leave nothing of a narrow one to take hold of. */
      [data-handle="start"] {
        margin-left: -20px;
      }
      .handle::after {
        content: "";
        position: absolute;
        inset-block: 6px;
        left: 2px;
        width: 3px;
        background: var(--focus);
      }
      [data-handle="start"]::after {
        left: 19px;
      }
      .name {
        position: absolute;
        right: calc(100% + 6px);
        max-width: ${GUTTER_LEFT - 6}px;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        text-align: right;
        font-size: 11px;
        line-height: 28px;
        color: var(--muted);
      }
      .shared {
        max-width: none;
        white-space: pre;
        line-height: 14px;
      }
    `,
  ];

  #drag: Drag | null = null;

  override render(): TemplateResult | typeof nothing {
    const whole = wholeDomain.value;
    const runs = shownRuns.value.filter(readableInfo);
    if (!whole || !runs.length) return nothing;
    // Where each run has a part of its own, each has a lane of its own.
    return isLocked("range")
      ? this.#lane(runs[0], runs, whole)
      : html`${runs.map((run) => this.#lane(run, [run], whole))}`;
  }

  #lane(run: string, runs: readonly string[], whole: Domain): TemplateResult {
    const isShared = isLocked("range");
    const shown = domainOf(run) ?? whole;
    const at = (x: number) => toPixel(x, whole, 100);
    const axis = shownAxis.value;
    const place = (x: number) => formatPlace(x, axis, whole);
    const text = `${place(shown[0])} to ${place(shown[1])}`;
    const handle = (side: "start" | "end", x: number) => html`<div class="handle" tabindex="0" role="slider"
      data-handle=${side} aria-label="${side === "start" ? "Start" : "End"} of what is shown"
      aria-valuemin=${whole[0]} aria-valuemax=${whole[1]} aria-valuenow=${x} aria-valuetext=${place(x)}
      style="left:${at(x)}%"></div>`;
    return html`<div class="lane" data-run=${run} data-x=${shown.join("_")} role="group"
        aria-label="Part of the axis that is shown${isShared ? "" : ` of ${run}`}: ${text}"
        @pointerdown=${(event: PointerEvent) => this.#down(event, run)} @pointermove=${this.#move}
        @pointerup=${this.#up} @pointercancel=${this.#up}
        @keydown=${(event: KeyboardEvent) => key(event, run)}>
        <span class="name ${isShared ? "shared" : ""}" title="Dead share over the whole axis${isShared ? "" : ` of ${run}`}"
          >${isShared ? `dead,\nall ${shownAxis.value === "step" ? "steps" : "time"}` : run}</span>
        <svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
          ${runs.map((one) => svg`<path d=${pathOf(one, whole)} stroke="var(--run${colourOf(one)})" />`)}
        </svg>
        <div class="window" tabindex="0" role="slider" data-handle="window" aria-label="What is shown"
          aria-valuemin=${whole[0]} aria-valuemax=${whole[1]} aria-valuenow=${(shown[0] + shown[1]) / 2}
          aria-valuetext=${text} style="left:${at(shown[0])}%;width:${at(shown[1]) - at(shown[0])}%"></div>
        ${handle("start", shown[0])} ${handle("end", shown[1])}
      </div>`;
  }

  #down(event: PointerEvent, run: string): void {
    const [lane, target] = [event.currentTarget as HTMLElement, event.target as HTMLElement];
    const [whole, span] = [wholeDomain.peek(), domainOf(run)];
    if (event.button !== 0 || !whole || !span) return;
    event.preventDefault();
    lane.setPointerCapture(event.pointerId);
    const from = placeIn(lane, event, whole);
    const handle = target.dataset.handle as Handle | undefined;
    if (handle) target.focus();
    const isWhole = span[0] === whole[0] && span[1] === whole[1];
    // Beside the window, or where it is everything, a new one is drawn.
    this.#drag =
      !handle || (handle === "window" && isWhole)
        ? { run, handle: "end", from, span: [from, from], moved: false }
        : { run, handle, from, span, moved: false };
  }

  readonly #move = (event: PointerEvent): void => {
    const whole = wholeDomain.peek();
    if (!this.#drag || !whole) return;
    const { run, handle, from, span } = this.#drag;
    const by = placeIn(event.currentTarget as HTMLElement, event, whole) - from;
    if (by === 0) return;
    this.#drag.moved = true;
    shift(run, handle, span, whole, by);
  };

  readonly #up = (): void => {
    const drag = this.#drag;
    this.#drag = null;
    const shown = drag && domainOf(drag.run);
    if (!drag || !shown || drag.moved || drag.handle === "window") return;
    // A click beside the window brings it there.
    if (drag.span[0] === drag.span[1]) {
      const half = (shown[1] - shown[0]) / 2;
      showRange(drag.run, [drag.from - half, drag.from + half]);
    }
  };
}

function placeIn(lane: HTMLElement, event: PointerEvent, whole: Domain): number {
  const { left, width } = lane.getBoundingClientRect();
  return placeAt(whole, Math.min(Math.max((event.clientX - left) / width, 0), 1));
}

/** Moves what is shown, or one end of it. */
function shift(run: string, handle: Handle, span: Domain, whole: Domain, by: number): void {
  const [a, b] = handle === "start" ? [span[0] + by, span[1]] : [span[0], span[1] + by];
  showRange(run, handle === "window" ? panned(span, whole, by) : [Math.min(a, b), Math.max(a, b)]);
}

function key(event: KeyboardEvent, run: string): void {
  const handle = (event.target as HTMLElement).dataset.handle as Handle | undefined;
  const [whole, span] = [wholeDomain.peek(), domainOf(run)];
  if (!handle || !whole || !span) return;
  const step = (span[1] - span[0]) * STEP;
  const moves: Record<string, number> = {
    ArrowLeft: -step,
    ArrowRight: step,
    Home: whole[0] - span[0],
    End: whole[1] - span[1],
  };
  const by = moves[event.key];
  if (zoomByKey(event, run)) event.preventDefault();
  else if (by !== undefined && !event.ctrlKey && !event.altKey && !event.metaKey) {
    event.preventDefault();
    shift(run, handle, span, whole, by);
  }
}

const paths = new WeakMap<Float64Array, { readonly key: string; readonly path: string }>();

/** A run's dead share over all of the axis, in a box of 1000 x 100. */
function pathOf(run: string, whole: Domain): string {
  const found = sharesOf(run);
  if (!found) return "";
  const top = topShare();
  const key = JSON.stringify([shownAxis.value, whole, top]);
  const before = paths.get(found.shares);
  if (before?.key === key) return before.path;
  const { starts, ends } = spansOf(found.timeline);
  const x = (at: number) => toPixel(at, whole, 1000).toFixed(1);
  const y = (share: number) => (share > 0 ? 98 - Math.max((96 * share) / top, 6) : 98).toFixed(1);
  const path = Array.from(
    found.shares,
    (share, i) => `${i ? "L" : "M"}${x(starts[i])} ${y(share)}H${x(ends[i])}`,
  );
  paths.set(found.shares, { key, path: path.join("") });
  return path.join("");
}

define("dr-minimap", Minimap);
