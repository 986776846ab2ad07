/** Names that are longer than that may be shortened. */
const LONG = 18;

/** How much of what two names begin with is left out: whole parts, so that numbers stay whole and keys with values. */
function alike(a: string, b: string | undefined): number {
  let end = 0;
  while (end < a.length && a[end] === b?.[end]) end++;
  return a.slice(0, end).search(/[^/,_ -]*$/);
}

/** What to call runs with long names: what each begins with as another one does tells nothing, and is left out. */
export function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const long = names.filter((name) => name.length > LONG).sort();
  const same = new Map<string, string[]>();
  long.forEach((name, i) => {
    const rest = name.slice(Math.max(alike(name, long[i - 1]), alike(name, long[i + 1])));
    same.set(rest, [...(same.get(rest) ?? []), name]);
  });
  // Where that leaves several the same, what all of these begin with is left out.
  return new Map(
    [...same].flatMap(([rest, all]) => {
      const cut = all.length > 1 ? alike(all[0], all.at(-1)) : all[0].length - rest.length;
      return all.map((name) => [name, cut ? `…${name.slice(cut)}` : name] as const);
    }),
  );
}
