/** Which colour each run gets. */

/**
 * Colours for the names that have none yet: where the name's hash says, or the next one that fewer have. Those given
 * stay, so that a run that comes later changes no other's.
 */
export function withColours(
  given: ReadonlyMap<string, number>,
  names: readonly string[],
  count: number,
): ReadonlyMap<string, number> {
  const all = new Map(given);
  const uses = new Array<number>(count).fill(0);
  for (const name of names) {
    const colour = given.get(name);
    if (colour !== undefined) uses[colour]++;
  }
  for (const name of names) {
    if (all.has(name)) continue;
    const first = hashOf(name) % count;
    let colour = first;
    for (let i = 1; i < count; i++) {
      const next = (first + i) % count;
      if (uses[next] < uses[colour]) colour = next;
    }
    uses[colour]++;
    all.set(name, colour);
  }
  return all;
}

/** The same, but that these runs differ in colour as far as there are enough: the later ones get what is left. */
export function distinct(
  given: ReadonlyMap<string, number>,
  shown: readonly string[],
  count: number,
): ReadonlyMap<string, number> {
  const kept = new Map<string, number>();
  for (const name of shown) {
    const colour = given.get(name) ?? 0;
    if (![...kept.values()].includes(colour)) kept.set(name, colour);
  }
  return new Map([...given, ...withColours(kept, shown, count)]);
}

/** FNV-1a. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
