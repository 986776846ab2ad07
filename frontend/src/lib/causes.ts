import { whole } from "./format";
import { stateName } from "./words";

/** What the causes in a report are called. */

interface Finding {
  readonly layer: string;
  readonly cause: string;
  readonly units: readonly number[];
  readonly step: number | null;
}

const NAMES: Readonly<Record<string, string>> = { burst: "died in a burst", unknown: "cause not clear" };

export function causeName(cause: string): string {
  return NAMES[cause] ?? stateName(cause);
}

/** What follows from something else, and what need not be a fault. */
const LESSER = ["dead_input", "always_on"];

/** The finding of most units, whatever the layer; the first one of equals. */
export function mainFinding<T extends Finding>(
  layers: readonly { readonly findings: readonly T[] }[],
): T | null {
  const weight = ({ cause, units }: T) => (LESSER.includes(cause) ? 0 : units.length);
  return layers
    .flatMap(({ findings }) => findings)
    .reduce<T | null>((most, one) => (most && weight(most) >= weight(one) ? most : one), null);
}

/** "dense_2: died in a burst at step 340". */
export function inShort({ layer, cause, step }: Finding): string {
  return `${layer}: ${causeName(cause)}${step ? ` at step ${whole(step)}` : ""}`;
}
