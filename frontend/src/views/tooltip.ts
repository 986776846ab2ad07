import { html, nothing, type TemplateResult } from "lit/html.js";
import { type Cell, cell, isDistribution, ofMatrix } from "../state/cursor";
import { cellUnits } from "../state/inspect";
import { lookUp } from "../state/unit-lookup";
import type { Distribution } from "../wire/distribution";
import { define, SignalElement } from "./signal-element";
import { placeTip, tipStyles } from "./tip";
import { tooltipStyles } from "./tooltip-styles";
import { binned, coded, recorded } from "./tooltip-texts";

const DEBOUNCE_MS = 120;
/** For cells of several units, each of which is a request. */
const LONG_DEBOUNCE_MS = 300;

/** The cell under the pointer or the keyboard's cursor, in numbers. */
export class Tooltip extends SignalElement {
  static override properties = { rested: null };
  /** The cell that the pointer has rested on, so that its units are worth fetching. */
  declare rested: Cell | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: Cell | null = null;
  #size: readonly [number, number] = [0, 0];
  // To ask for the size in every frame would cost a layout each time.
  #observer = new ResizeObserver(([{ borderBoxSize }]) => {
    this.#size = [borderBoxSize[0].inlineSize, borderBoxSize[0].blockSize];
    this.#place();
  });

  static override styles = [tipStyles, tooltipStyles];

  override connected(): () => void {
    this.#observer.observe(this);
    return () => this.#observer.disconnect();
  }

  override render(): TemplateResult {
    const now = cell.value;
    if (now !== this.#last) {
      this.#last = now;
      clearTimeout(this.#timer);
      if (now && ofMatrix(now) && !same(now, this.rested)) {
        const wait = cellUnits(now).length > 1 ? LONG_DEBOUNCE_MS : DEBOUNCE_MS;
        this.#timer = setTimeout(() => {
          this.rested = now;
        }, wait);
      }
    }
    this.toggleAttribute("shown", now !== null);
    return html`<div aria-live="polite">${now ? this.#text(now) : nothing}</div>`;
  }

  #text(now: Cell): TemplateResult {
    if (!ofMatrix(now)) return binned(now as Cell<Distribution>);
    const found = same(now, this.rested) ? lookUp(now) : null;
    return found ? recorded(now, found) : coded(now);
  }

  override updated(): void {
    this.#place();
  }

  #place(): void {
    const now = cell.peek();
    if (now) placeTip(this, now, this.#size);
  }
}

function same(a: Cell, b: Cell | null): boolean {
  if (!b || isDistribution(a.source) !== isDistribution(b.source)) return false;
  return a.source === b.source && a.rows[0] === b.rows[0] && a.rows[1] === b.rows[1];
}

define("dr-tooltip", Tooltip);
