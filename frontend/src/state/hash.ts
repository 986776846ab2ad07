/** The selection in the page's URL, so that a link or a page reload shows the same picture. */

export const PLUGIN = "dead_relu";
const PREFIX = `p.${PLUGIN}.`;

export const ORDERS = ["index", "death", "fraction", "gradient_norm"] as const;
export type Order = (typeof ORDERS)[number];

/** What the user chose; null is "not chosen": the page then picks. */
export interface Selection {
  readonly runs: readonly string[] | null;
  readonly layer: string | null;
  readonly order: Order | null;
}

export const NOTHING_CHOSEN: Selection = { runs: null, layer: null, order: null };
export const MAX_RUNS = 2;

/** Reads `#dead_relu&p.dead_relu.runs=a,b&...`; what can't be understood counts as not chosen. */
export function parseHash(hash: string): Selection {
  let { runs, layer, order }: Selection = NOTHING_CHOSEN;
  for (const part of hash.replace(/^#/, "").split("&")) {
    const equals = part.indexOf("=");
    if (!part.startsWith(PREFIX) || equals < 0) continue;
    const value = decoded(part.slice(equals + 1));
    if (!value) continue;
    const key = part.slice(PREFIX.length, equals);
    if (key === "runs") runs = [...new Set(value.split(",").map(unescapeRun))].slice(0, MAX_RUNS);
    else if (key === "layer") layer = value;
    else if (key === "order") order = ORDERS.find((known) => known === value) ?? null;
  }
  return { runs, layer, order };
}

/** The hash with the selection in it and everything else as it was. */
export function formatHash(hash: string, selection: Selection): string {
  const kept = hash
    .replace(/^#/, "")
    .split("&")
    .filter((part) => part && !/^p\.dead_relu\.(runs|layer|order)=/.test(part));
  const values: Record<string, string | null> = {
    runs: selection.runs?.length ? selection.runs.map(escapeRun).join(",") : null,
    layer: selection.layer,
    order: selection.order,
  };
  for (const [key, value] of Object.entries(values)) {
    if (value) kept.push(`${PREFIX}${key}=${encodeURIComponent(value)}`);
  }
  return `#${kept.join("&")}`;
}

// TensorBoard decodes and encodes the values again when it rewrites the hash, so percent signs alone can't keep a
// comma within a run's name apart from the commas between names.
function escapeRun(run: string): string {
  return run.replaceAll("~", "~0").replaceAll(",", "~1");
}

function unescapeRun(text: string): string {
  return text.replaceAll("~1", ",").replaceAll("~0", "~");
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
