/** All that makes the view, in the page's URL: a link or a page reload shows the same picture. */

import type { AxisName } from "../lib/axis";

export const PLUGIN = "dead_relu";
const PREFIX = `p.${PLUGIN}.`;

/** Units by: index; step of death; last zero fraction; last gradient norm; difference between the first two runs. */
export const ORDERS = ["death", "fraction", "gradient_norm", "difference", "index"] as const;
export type Order = (typeof ORDERS)[number];

export const STATISTICS = ["fraction", "gradient_norm", "mean_activation", "state"] as const;
export type Statistic = (typeof STATISTICS)[number];

/** What the layer's pictures are: units x records; the same of the base run less each other; how many units have which value. */
export const PICTURES = ["units", "difference", "distribution"] as const;
export type Picture = (typeof PICTURES)[number];

export const AXES: readonly AxisName[] = ["step", "relative", "wall"];

export const SCALES = ["log", "linear"] as const;
export type Scale = (typeof SCALES)[number];

/** What all shown runs have in common unless it is unlocked. */
export const LOCKS = ["order", "range", "colour"] as const;
export type Lock = (typeof LOCKS)[number];

/** Both ends; a record's place on the axis, or positions in the order of units, the second excluded. */
export type Span = readonly [number, number];

/** What the user chose; null is "not chosen": the page then picks. */
export interface View {
  /** In order; the first ones are shown side by side. */
  readonly runs: readonly string[] | null;
  /** The run that comes first, and that the others are compared with. */
  readonly base: string | null;
  /** Regular expression that the listed runs match. */
  readonly filter: string | null;
  readonly layer: string | null;
  readonly order: Order | null;
  readonly show: Statistic | null;
  readonly picture: Picture | null;
  readonly axis: AxisName | null;
  readonly scale: Scale | null;
  /** Part of the axis: one for all runs, or where the range is unlocked one for each shown run; null is all of it. */
  readonly x: readonly (Span | null)[] | null;
  /** Part of the units' positions. */
  readonly rows: Span | null;
  readonly unit: number | null;
  readonly unlocked: readonly Lock[] | null;
}

interface Codec<T> {
  /** Null for what can't be understood. */
  parse(text: string): T | null;
  format(value: T): string;
}

const text: Codec<string> = { parse: (value) => value || null, format: (value) => value };

function oneOf<T extends string>(known: readonly T[]): Codec<T> {
  return { parse: (value) => known.find((one) => one === value) ?? null, format: (value) => value };
}

function listOf<T>(item: Codec<T>, separator: string): Codec<readonly T[]> {
  return {
    parse: (value) => {
      const items = value.split(separator).map((part) => item.parse(part));
      const good = items.filter((one) => one !== null);
      return good.length ? [...new Set(good)] : null;
    },
    format: (items) => items.map((one) => item.format(one)).join(separator),
  };
}

// TensorBoard decodes and encodes the values again when it rewrites the hash, so percent signs alone can't keep a
// comma within a run's name apart from the commas between names.
const run: Codec<string> = {
  parse: (value) => value.replaceAll("~1", ",").replaceAll("~0", "~") || null,
  format: (value) => value.replaceAll("~", "~0").replaceAll(",", "~1"),
};

const span: Codec<Span> = {
  parse: (value) => {
    const [low, high, ...rest] = value.split("_").map(number);
    return rest.length || low === null || high === null || high === undefined || !(low < high)
      ? null
      : [low, high];
  },
  format: ([low, high]) => `${low}_${high}`,
};

const spans: Codec<readonly (Span | null)[]> = {
  parse: (value) => {
    const all = value.split(",").map((one) => span.parse(one));
    return all.some((one) => one !== null) ? all : null;
  },
  format: (all) => all.map((one) => (one ? span.format(one) : "-")).join(","),
};

const index: Codec<number> = {
  parse: (value) => (/^\d{1,15}$/.test(value) ? Number(value) : null),
  format: String,
};

const rows: Codec<Span> = {
  parse: (value) => {
    const found = span.parse(value);
    return found?.every((one) => Number.isInteger(one) && one >= 0) ? found : null;
  },
  format: span.format,
};

const CODECS: { readonly [K in keyof View]: Codec<NonNullable<View[K]>> } = {
  runs: listOf(run, ","),
  base: text,
  filter: text,
  layer: text,
  order: oneOf(ORDERS),
  show: oneOf(STATISTICS),
  picture: oneOf(PICTURES),
  axis: oneOf(AXES),
  scale: oneOf(SCALES),
  x: spans,
  rows,
  unit: index,
  unlocked: listOf(oneOf(LOCKS), ","),
};
const KEYS = Object.keys(CODECS) as (keyof View)[];

export const NOTHING_CHOSEN = Object.fromEntries(KEYS.map((key) => [key, null])) as unknown as View;

/** Reads `#dead_relu&p.dead_relu.runs=a,b&...`; what can't be understood counts as not chosen. */
export function parseHash(hash: string): View {
  const found: Partial<Record<keyof View, unknown>> = {};
  for (const part of hash.replace(/^#/, "").split("&")) {
    const equals = part.indexOf("=");
    if (!part.startsWith(PREFIX) || equals < 0) continue;
    const key = KEYS.find((known) => known === part.slice(PREFIX.length, equals));
    const value = decoded(part.slice(equals + 1));
    if (key && value) found[key] = CODECS[key].parse(value);
  }
  return { ...NOTHING_CHOSEN, ...(found as Partial<View>) };
}

/** The hash with the view in it and everything else as it was. */
export function formatHash(hash: string, view: View): string {
  const own = new Set(KEYS.map((key) => PREFIX + key));
  const kept = hash
    .replace(/^#/, "")
    .split("&")
    .filter((part) => part && !own.has(part.split("=")[0]));
  for (const key of KEYS) {
    const value = formatted(key, view);
    if (value) kept.push(`${PREFIX}${key}=${encodeURIComponent(value)}`);
  }
  return `#${kept.join("&")}`;
}

function formatted<K extends keyof View>(key: K, view: View): string {
  const value = view[key];
  return value === null ? "" : CODECS[key].format(value as NonNullable<View[K]>);
}

function number(value: string): number | null {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(value) && Number.isFinite(Number(value)) ? Number(value) : null;
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
