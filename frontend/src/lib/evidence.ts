import { whole } from "./format";

/**
 * The evidence behind "no active sample": with 0 active of N, the unit fires in fewer than 3 / N of the samples
 * with 95 % confidence (the rule of three).
 */
export function evidence(samples: number): string {
  if (!(samples > 0)) return "no samples observed";
  return `0 active of ${whole(samples)}; 3/N bound: fires in < ${bound(3 / samples)} of samples (95 % confidence)`;
}

export function bound(share: number): string {
  if (share >= 1) return "100 %";
  return `${Number((share * 100).toPrecision(2))} %`;
}
