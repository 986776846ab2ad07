import type { UnitHistory } from "../wire/api";
import type { Matrix } from "../wire/matrix";
import type { Cell } from "./cursor";
import { timeline, unit } from "./data";
import { cellUnits, MOST_UNITS, type Pair, type UnitRecord, widestPair, worstRecord } from "./inspect";
import { chooseUnit, shownLayer, shownUnit } from "./view";

/** The units' own records behind a cell. */

/** The unit and record that the cell's colour stands for; of a difference both runs' records. */
export type Found = UnitRecord | Pair;

/** Null before all units of the cell are there, and for blocks too large to look up. */
export function lookUp(at: Cell<Matrix>): Found | null {
  const { run, layer, minus } = at.source;
  const units = cellUnits(at);
  if (units.length > MOST_UNITS) return null;
  // All are asked for before any is waited for.
  const own = units.map((index) => unit(run, layer, index).state.value.value);
  const theirs = minus === null ? [] : units.map((index) => unit(minus, layer, index).state.value);
  if (own.includes(null) || theirs.some(({ value, error }) => !value && !error)) return null;
  const histories = own as UnitHistory[];
  if (minus === null) return worstRecord(at, histories);
  const windows = timeline(minus, layer).state.value.value;
  const others = new Map(theirs.flatMap(({ value }) => (value ? [[value.unit, value] as const] : [])));
  return windows && widestPair(at, histories, others, windows);
}

/** The unit that a cell stands for: of a large block the first one. */
export async function unitUnder(at: Cell<Matrix>): Promise<number | null> {
  const units = cellUnits(at);
  if (units.length > 1 && units.length <= MOST_UNITS) {
    const { run, layer, minus } = at.source;
    const runs = minus === null ? [run] : [run, minus];
    await Promise.all(runs.flatMap((one) => units.map((index) => unit(one, layer, index).settled())));
  }
  return lookUp(at)?.history.unit ?? units[0] ?? null;
}

let newest = 0;

/** Chooses the unit that a cell stands for, unless something else is chosen while it is looked up. */
export async function chooseUnitUnder(at: Cell<Matrix>): Promise<void> {
  const [turn, before] = [++newest, shownUnit.peek()];
  const unit = await unitUnder(at);
  const isNewest = turn === newest && shownUnit.peek() === before && shownLayer.peek() === at.source.layer;
  if (unit !== null && isNewest) chooseUnit(unit);
}
