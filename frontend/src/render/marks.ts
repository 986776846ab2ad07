import type { Mark } from "../lib/marks";
import { css } from "./ink";
import { THEMES, type Theme } from "./theme";

/** Marks on a timeline: a shape for each kind, larger for more units. */

/** Corners of what points down, points up, and stands on its point. */
const SHAPES = [
  [-1, -1, 1, -1, 0, 1],
  [-1, 1, 1, 1, 0, -1],
  [-1, 0, 0, -1, 1, 0, 0, 1],
];
/** Height of the lane that they need, in CSS pixels. */
export const LANE = 10;
/** Half of a mark's width: of one unit, of more, and of a share of the layer that is to be watched. */
const SIZES = [2.5, 3.5, 4.5];
const LARGE_SHARE = 0.1;

/** Draws at the bottom of a canvas whose size is in device pixels. */
export function drawMarks(
  canvas: HTMLCanvasElement,
  all: readonly (readonly Mark[])[],
  units: number,
  theme: Theme,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = devicePixelRatio;
  const { dead, strong } = THEMES[theme];
  all.forEach((marks, kind) => {
    context.fillStyle = kind ? strong : css(dead);
    for (const mark of marks) {
      const size = SIZES[mark.units === 1 ? 0 : mark.units < LARGE_SHARE * units ? 1 : 2] * ratio;
      context.beginPath();
      const corners = SHAPES[kind];
      for (let i = 0; i < corners.length; i += 2) {
        context.lineTo(
          mark.x * ratio + corners[i] * size,
          canvas.height - (LANE / 2) * ratio + corners[i + 1] * size,
        );
      }
      context.fill();
    }
  });
}
