/** Numbers as people read them. */

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export function whole(value: number): string {
  return WHOLE.format(value);
}

/** Steps on an axis: 1,200 up to five digits, then 12k, 1.2M. */
export function shortWhole(value: number): string {
  if (Math.abs(value) < 1e5) return whole(value);
  for (const [size, suffix] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (Math.abs(value) >= size) return `${Number((value / size).toPrecision(6))}${suffix}`;
  }
  return whole(value);
}

/** A recorded float32: enough digits to tell neighbours apart, never more than it has. */
export function exact(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === Math.fround(value)) return tidy(text);
  }
  return tidy(value.toPrecision(9));
}

/** A value known to about 0.1 %. */
export function approximate(value: number): string {
  if (!Number.isFinite(value) || value === 0) return exact(value);
  // Rounding must not turn a fraction just below 1 into 1, the one value that can mean a dead unit.
  for (let digits = 3; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Number(text) !== 1 || value === 1) return tidy(text);
  }
  return exact(value);
}

/** A share as a percentage that is 0 % or 100 % only if it is exactly that. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return "–";
  if (share === 0 || share === 1) return `${share * 100} %`;
  const value = share * 100;
  if (value < 0.1) return "< 0.1 %";
  if (value > 99.9) return "> 99.9 %";
  return `${Number(value.toFixed(1))} %`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

/** "1, 2, 3 and 14 more": the first few of a list. */
export function listed(items: readonly number[], most: number): string {
  const shown = items.slice(0, most).join(", ");
  return items.length > most ? `${shown} and ${whole(items.length - most)} more` : shown;
}

/** By powers of ten, as on a log scale: "10⁻⁶", "2×10³", "0". */
export function scientific(value: number): string {
  if (value === 0) return "0";
  const [digits, exponent] = value.toExponential().split(/e\+?/);
  const raised = `10${[...exponent].map((one) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(one)] ?? "⁻").join("")}`;
  return `${digits}×${raised}`.replace(/^(-?)1×/, "$1").replace("-", "−");
}

function tidy(text: string): string {
  const value = Number(text);
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e7 ? String(value).replace("-", "−") : scientific(value);
}
