/** Linear step axes: mapping, ticks. */

export type Domain = readonly [number, number];

/** The steps that all panels span: from the earliest window to the newest record of any run. */
export function stepDomain(
  runs: readonly { steps: readonly number[]; window_start_steps: readonly number[] }[],
): Domain | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { steps, window_start_steps: starts } of runs) {
    if (!steps.length) continue;
    low = Math.min(low, starts[0], steps[0]);
    high = Math.max(high, steps[steps.length - 1]);
  }
  if (low > high) return null;
  return low === high ? [low - 1, high] : [low, high];
}

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
