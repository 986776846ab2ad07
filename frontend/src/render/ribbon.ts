import { LANE } from "./marks";
import { THEMES, type Theme } from "./theme";

/** The dead share over the records, as an area one pixel column next to the other. */

export interface RibbonLine {
  /** Of each column of pixels; NaN where there is none. */
  readonly shares: Float64Array;
  /** Which of the run colours. */
  readonly colour: number;
}

const FILL = 0.3;

/**
 * Draws all but a lane for marks, and the line between them.
 *
 * @param top The share at the top of the canvas, whose size is in device pixels.
 */
export function drawRibbon(
  canvas: HTMLCanvasElement,
  lines: readonly RibbonLine[],
  top: number,
  theme: Theme,
): void {
  const context = canvas.getContext("2d");
  const { width } = canvas;
  const height = canvas.height - (LANE + 1) * devicePixelRatio;
  if (!context || !width) return;
  context.clearRect(0, 0, width, canvas.height);
  context.fillStyle = THEMES[theme].axis;
  context.fillRect(0, height, width, devicePixelRatio);
  const line = Math.max(1, Math.round(1.5 * devicePixelRatio));
  context.lineWidth = line;
  // The column's own run lies on top.
  for (const { shares, colour } of [...lines].reverse()) {
    context.fillStyle = context.strokeStyle = THEMES[theme].runs[colour];
    for (let start = 0; start < width; start++) {
      if (!(shares[start] > 0)) continue;
      let end = start;
      context.beginPath();
      context.moveTo(start, height);
      for (; end < width && shares[end] > 0; end++) {
        // One dead unit of many must not round away.
        const y = height - Math.max((shares[end] / top) * (height - line), line);
        context.lineTo(end, y);
        context.lineTo(end + 1, y);
      }
      context.lineTo(end, height);
      context.globalAlpha = FILL;
      context.fill();
      context.globalAlpha = 1;
      context.stroke();
      start = end;
    }
  }
}
