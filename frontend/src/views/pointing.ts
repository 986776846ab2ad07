import { toStep } from "../lib/scale";
import type { HeatmapImage } from "../render/heatmap-image";
import { cell, cursor, isDistribution, ofMatrix } from "../state/cursor";
import { chooseUnitUnder } from "../state/unit-lookup";
import { Gestures, type Zoomable } from "./gestures";
import type { Layout, Model } from "./heatmap-model";
import { keyMove, zoomByKey } from "./keys";

/** What is on the screen. */
export interface Drawing {
  readonly model: Model;
  readonly layout: Layout;
  readonly image: HeatmapImage;
}

/** A place on a plot, in shares of its width and height, and in the window. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly clientX: number;
  readonly clientY: number;
}

/** Points at the cells of a heatmap, by pointer or by keys, and opens their units. */
export class Pointing {
  #at: Place | null = null;
  readonly #gestures: Gestures;

  constructor(
    readonly on: Zoomable,
    readonly drawing: () => Drawing | null,
  ) {
    this.#gestures = new Gestures(on, this.leave, this.press);
  }

  readonly down = (event: PointerEvent): void => this.#gestures.down(event);

  readonly move = (event: PointerEvent): void => {
    this.#gestures.move(event);
    if (!this.#gestures.active) this.#show(this.#placeOf(event));
  };

  readonly up = (event: PointerEvent): void => this.#gestures.up(event);

  readonly cancel = (): void => this.#gestures.cancel();

  readonly doubleClick = (): void => this.#gestures.doubleClick();

  readonly wheel = (event: WheelEvent): void => this.#gestures.wheel(event);

  readonly leave = (): void => {
    if (this.#at) cursor.value = cell.value = null;
    this.#at = null;
  };

  readonly press = (event: PointerEvent): void => {
    this.#show(this.#placeOf(event));
    this.#choose();
  };

  readonly key = (event: KeyboardEvent): void => {
    const drawn = this.drawing();
    if (!drawn) return;
    if (event.key === "Escape") {
      this.#gestures.cancel();
      this.leave();
    } else if (zoomByKey(event, this.on.run)) {
      event.preventDefault();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#choose();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey) {
      this.#step(event, drawn);
    }
  };

  /** A pointer that rests must not go on about what was under it before. */
  refresh(): void {
    if (this.#at) this.#show(this.#at);
  }

  #step(event: KeyboardEvent, { model, image }: Drawing): void {
    const at = cell.peek();
    const to = keyMove(event.key, at?.source === model.source ? at : null, image);
    if (!to) return;
    event.preventDefault();
    const [x, y] = [to[0] / image.width, to[1] / image.height];
    const { left, top, width, height } = this.on.plot.getBoundingClientRect();
    this.#show({ x, y, clientX: left + x * width, clientY: top + y * height });
  }

  #choose(): void {
    const at = cell.peek();
    if (at && this.#at && ofMatrix(at)) void chooseUnitUnder(at);
  }

  #placeOf({ clientX, clientY }: PointerEvent): Place {
    const { left, top, width, height } = this.on.plot.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height, clientX, clientY };
  }

  #show(at: Place): void {
    const { x, y } = at;
    const drawn = this.drawing();
    if (!drawn || !(x >= 0 && x < 1 && y >= 0 && y < 1)) {
      this.leave();
      return;
    }
    this.#at = at;
    const { image, layout, model } = drawn;
    const [column, row] = [Math.floor(x * image.width), Math.floor(y * image.height)];
    const rows = [image.rows.first[row], image.rows.last[row]] as const;
    const columns = [image.columns.first[column], image.columns.last[column]] as const;
    const held = image.columns.held[column] === 1;
    const isNone = columns[0] < 0 || rows[0] < 0;
    const { source } = model;
    const unit = isDistribution(source) || rows[0] < 0 ? null : source.unitOrder[source.rowStarts[rows[0]]];
    const place = toStep(x, layout.domain, 1);
    cursor.value = { x: held || isNone ? place : within(columns, layout, place), unit };
    cell.value = isNone ? null : { source, rows, columns, held, x: at.clientX, y: at.clientY };
  }
}

/** The place, moved into the columns where rounding to pixels puts it just outside. */
function within(columns: readonly [number, number], { spans }: Layout, x: number): number {
  const [start, end] = [spans.starts[columns[0]], spans.ends[columns[1]]];
  return Math.min(Math.max(x, start + (end - start) * 1e-6), end);
}
