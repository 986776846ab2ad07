import { batch } from "@preact/signals-core";
import { dragged } from "../lib/zoom";
import { chooseUnit, resetZoom, shownUnit } from "../state/view";
import { narrow, panAxis, panUnits, zoomAxis, zoomUnits } from "../state/zooming";

/** A plot that can be dragged over, panned and zoomed by the wheel. */
export interface Zoomable {
  readonly run: string;
  /** The element whose box is the plot. */
  readonly plot: HTMLElement;
  /** Drawn around what is dragged over. */
  readonly brush: HTMLElement;
}

/** In CSS pixels: less far is a click, and a side that short is left as it is. */
const LEAST_DRAG = 5;
const LEAST_SIDE = 10;
const [WHEEL_SPEED, PINCH_SPEED, MOST_PER_EVENT] = [0.0025, 0.01, 0.25];
const LINE_HEIGHT = 16;
const DOUBLE_CLICK_MS = 500;

interface Drag {
  readonly pointer: number;
  readonly pans: boolean;
  readonly x: number;
  readonly y: number;
  lastX: number;
  lastY: number;
  moved: boolean;
}

/** What pointer and wheel do on a plot. */
export class Gestures {
  #drag: Drag | null = null;
  /** What of a row's height is left to zoom or to pan by: rows are shown or not. */
  #rest = 0;
  #unitBefore: number | null = null;
  #pressedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param left Called as a drag begins.
   * @param pressed Called where the pointer was pressed and let go without having moved.
   */
  constructor(
    readonly on: Zoomable,
    readonly left: () => void,
    readonly pressed: (event: PointerEvent) => void,
  ) {}

  /** Whether the pointer drags, so that it points at nothing. */
  get active(): boolean {
    return this.#drag?.moved ?? false;
  }

  down(event: PointerEvent): void {
    const pans = event.button === 1 || (event.button === 0 && event.shiftKey);
    if (!pans && event.button !== 0) return;
    // The middle button would scroll the page, and a drag select text.
    event.preventDefault();
    this.on.plot.focus({ preventScroll: true });
    this.on.plot.setPointerCapture(event.pointerId);
    const { clientX: x, clientY: y, pointerId: pointer } = event;
    this.#drag = { pointer, pans, x, y, lastX: x, lastY: y, moved: false };
    this.#rest = 0;
  }

  move(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.pointer) return;
    const { clientX: x, clientY: y } = event;
    if (!drag.moved && Math.hypot(x - drag.x, y - drag.y) < LEAST_DRAG) return;
    if (!drag.moved) this.left();
    drag.moved = true;
    if (drag.pans) this.#pan(x - drag.lastX, y - drag.lastY);
    else this.#outline(drag, x, y);
    drag.lastX = x;
    drag.lastY = y;
  }

  up(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.pointer) return;
    this.cancel();
    if (!drag.moved) {
      if (drag.pans) return;
      if (event.timeStamp - this.#pressedAt > DOUBLE_CLICK_MS) this.#unitBefore = shownUnit.peek();
      this.#pressedAt = event.timeStamp;
      this.pressed(event);
      return;
    }
    if (drag.pans) return;
    const { left, top, width, height } = this.on.plot.getBoundingClientRect();
    narrow(
      this.on.run,
      dragged(drag.x - left, event.clientX - left, width, LEAST_SIDE),
      dragged(drag.y - top, event.clientY - top, height, LEAST_SIDE),
    );
  }

  cancel(): void {
    this.#drag = null;
    this.on.brush.hidden = true;
  }

  /** The first click of the two chose a unit, which was not meant. */
  doubleClick(): void {
    batch(() => {
      chooseUnit(this.#unitBefore);
      resetZoom();
    });
  }

  wheel(event: WheelEvent): void {
    const { ctrlKey, metaKey, altKey, shiftKey, deltaMode } = event;
    const held = ctrlKey || metaKey || altKey;
    // Without the focus the wheel scrolls the page.
    if (!held && !this.on.plot.matches(":focus")) return;
    const unit = deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_HEIGHT;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    const { left, top, width, height } = this.on.plot.getBoundingClientRect();
    const { run } = this.on;
    let changed: boolean;
    if (!altKey && (shiftKey || Math.abs(dx) > Math.abs(dy))) {
      changed = panAxis(run, (dx || dy) / width);
    } else {
      // On a touchpad a pinch comes as a wheel with Ctrl, in small steps.
      const by = (dy || dx) * (ctrlKey ? PINCH_SPEED : WHEEL_SPEED);
      const factor = Math.exp(Math.min(Math.max(by, -MOST_PER_EVENT), MOST_PER_EVENT));
      changed = altKey
        ? this.#zoomUnits(factor, (event.clientY - top) / height)
        : zoomAxis(run, factor, (event.clientX - left) / width);
    }
    // At the end of the way the page scrolls on; but with Ctrl it would be zoomed.
    if (changed || held) event.preventDefault();
  }

  /** A few rows change only where enough has come together. */
  #zoomUnits(factor: number, share: number): boolean {
    this.#rest += Math.log(factor);
    const changed = zoomUnits(this.on.run, Math.exp(this.#rest), share);
    if (changed) this.#rest = 0;
    return changed;
  }

  #pan(dx: number, dy: number): void {
    const { width, height } = this.on.plot.getBoundingClientRect();
    panAxis(this.on.run, -dx / width);
    this.#rest -= dy / height;
    this.#rest = panUnits(this.on.run, this.#rest);
  }

  #outline(drag: Drag, x: number, y: number): void {
    const { left, top, width, height } = this.on.plot.getBoundingClientRect();
    const side = (from: number, to: number, start: number, length: number) => {
      const share = dragged(from - start, to - start, length, LEAST_SIDE) ?? [0, 1];
      return [share[0] * 100, (share[1] - share[0]) * 100];
    };
    const [x0, wide] = side(drag.x, x, left, width);
    const [y0, high] = side(drag.y, y, top, height);
    const { brush } = this.on;
    brush.hidden = false;
    brush.style.cssText = `left:${x0}%;width:${wide}%;top:${y0}%;height:${high}%`;
  }
}
