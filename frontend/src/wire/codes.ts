/** Decoders of the 16-bit codes of http_api.md. Tables, because a matrix has millions of codes. */

export type CodeName = "fraction16" | "log16" | "signed_log16";

export const CODES = 65536;
export const NAN_CODE = 65535;
export const FRACTION_ONE = 65534;
export const LOG16_INFINITY = 65534;
const FRACTION_HALF = 32767;
const SIGN_BIT = 0x8000;
const SIGNED_INFINITY = 0x7ffe;
const OCTAVES = 277;
const SMALLEST_EXPONENT = -149;
const LARGEST_FLOAT32 = 3.4028234663852886e38;
const BELOW_ONE = 1 - 2 ** -24;

function fraction16(code: number): number {
  if (code === 0) return 0;
  if (code === FRACTION_ONE) return 1;
  if (code === NAN_CODE) return Number.NaN;
  if (code <= FRACTION_HALF) return 2 ** (((code - 1) * 63) / 32766 - 64);
  return Math.min(BELOW_ONE, 1 - 2 ** (((FRACTION_ONE - 1 - code) * 63) / 32766 - 64));
}

function log16(code: number): number {
  if (code === 0) return 0;
  if (code === LOG16_INFINITY) return Number.POSITIVE_INFINITY;
  if (code === NAN_CODE) return Number.NaN;
  return Math.min(LARGEST_FLOAT32, 2 ** (((code - 1) * OCTAVES) / 65532 + SMALLEST_EXPONENT));
}

function signedLog16(code: number): number {
  const magnitude = code & ~SIGN_BIT;
  if (magnitude === SIGN_BIT - 1) return Number.NaN;
  let value = 0;
  if (magnitude === SIGNED_INFINITY) value = Number.POSITIVE_INFINITY;
  else if (magnitude > 0) {
    value = Math.min(LARGEST_FLOAT32, 2 ** (((magnitude - 1) * OCTAVES) / 32764 + SMALLEST_EXPONENT));
  }
  return code & SIGN_BIT && value ? -value : value;
}

const DECODERS: Record<CodeName, (code: number) => number> = {
  fraction16,
  log16,
  signed_log16: signedLog16,
};

const tables = new Map<CodeName, Float32Array>();

/** The value of every code, as the writer's float32. */
export function decodeTable(name: CodeName): Float32Array {
  let table = tables.get(name);
  if (!table) {
    table = Float32Array.from({ length: CODES }, (_, code) => DECODERS[name](code));
    tables.set(name, table);
  }
  return table;
}

/** Whether a code stands for one value only, so that "≈" would be wrong. */
export function isExact(name: CodeName, code: number): boolean {
  const value = decodeTable(name)[code];
  return value === 0 || !Number.isFinite(value) || (name === "fraction16" && code === FRACTION_ONE);
}
