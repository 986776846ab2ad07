/**
 * Gives a canvas as many pixels as the screen has where it lies. To ask it for its size would cost a layout, and to set
 * the size that it has, a new buffer.
 */
export function matchScreen(canvas: HTMLCanvasElement, width: number, height: number): void {
  const [x, y] = [width, height].map((size) => Math.round(size * devicePixelRatio));
  if (canvas.width !== x) canvas.width = x;
  if (canvas.height !== y) canvas.height = y;
}
