/** Names that are longer than that may be shortened. */
const LONG = 18;

/** What to call runs: where long names begin alike, what they begin with tells nothing, and is left out. */
export function shortNames(names: readonly string[]): (name: string) => string {
  const [first = "", ...others] = names.filter((name) => name.length > LONG);
  let same = others.length ? first : "";
  for (const name of others) while (!name.startsWith(same)) same = same.slice(0, -1);
  // Up to the end of a part, so that numbers stay whole and keys stay with their values.
  const cut = Math.max(0, ...[..."/,_- "].map((end) => same.lastIndexOf(end) + 1));
  return (name) => (cut && name.length > LONG ? `…${name.slice(cut)}` : name);
}
