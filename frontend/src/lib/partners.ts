import { plural, whole } from "./format";

/** Units of each layer by name; null where the number is not known. */
export type Widths = ReadonlyMap<string, number | null>;

const MOST_NAMED = 3;

/** What of a run's layers has no partner in the base run: "no conv_5; dense_1 has 64 units, base 128". */
export function withoutPartner(own: Widths, base: Widths): string {
  const missing = [...base.keys()].filter((layer) => !own.has(layer));
  const extra = [...own.keys()].filter((layer) => !base.has(layer));
  const widths = [...own].flatMap(([layer, units]) => {
    const other = base.get(layer) ?? null;
    return units === null || other === null || units === other
      ? []
      : [`${quoted(layer)} has ${plural(units, "unit")}, base ${whole(other)}`];
  });
  const shared = own.size - extra.length;
  if (own.size && base.size && !shared) return "no layer in common with base";
  const parts = [
    missing.length ? `no ${named(missing.map(quoted), ", ")}` : "",
    extra.length ? `${named(extra.map(quoted), ", ")} not in base` : "",
    widths.length ? named(widths, "; ") : "",
  ];
  return parts.filter(Boolean).join("; ");
}

/**
 * All layers in the first run's order; those that it lacks stand where another run has them: between the neighbours
 * that both have, and there by their places.
 *
 * @param runs For each run its layers in order, with their places in its network.
 */
export function mergedOrder(runs: readonly ReadonlyMap<string, number>[]): string[] {
  const all: (readonly [string, number])[] = [];
  for (const run of runs) {
    let at = all.some(([name]) => run.has(name)) ? 0 : all.length;
    for (const [name, place] of run) {
      const known = all.findIndex(([other]) => other === name);
      if (known >= 0) at = known + 1;
      else {
        while (at < all.length && !run.has(all[at][0]) && all[at][1] <= place) at++;
        all.splice(at++, 0, [name, place]);
      }
    }
  }
  return all.map(([name]) => name);
}

function quoted(name: string): string {
  return `'${name}'`;
}

function named(items: readonly string[], separator: string): string {
  const rest = items.length - MOST_NAMED;
  const shown = items.slice(0, MOST_NAMED).join(separator);
  return rest > 0 ? `${shown} and ${whole(rest)} more` : shown;
}
