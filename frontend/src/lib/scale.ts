/** Linear step axes: mapping, ticks. */

export type Domain = readonly [number, number];

export function toPixel(step: number, domain: Domain, pixels: number): number {
  return ((step - domain[0]) / (domain[1] - domain[0])) * pixels;
}

export function toStep(pixel: number, domain: Domain, pixels: number): number {
  return domain[0] + (pixel / pixels) * (domain[1] - domain[0]);
}

/** Round whole numbers within the domain, at most `count` of them. */
export function ticks(domain: Domain, count: number): number[] {
  const span = domain[1] - domain[0];
  if (!(span > 0) || count < 1) return [];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  let size = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * (1 - 1e-9)) ?? 10 * power;
  size = Math.max(1, Math.round(size));
  const out: number[] = [];
  for (let i = Math.ceil(domain[0] / size); i * size <= domain[1] && out.length < 1000; i++)
    out.push(i * size);
  return out;
}

/** The index of the record that covers `step`: the first one at or after it, else the newest. */
export function recordAt(step: number, steps: ArrayLike<number>): number {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] < step) low = middle + 1;
    else high = middle;
  }
  return low;
}
