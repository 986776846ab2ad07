import { signal } from "@preact/signals-core";
import { type RecordSpans, recordsWithin } from "../lib/axis";
import { columnSpans } from "../lib/pixels";
import { type Domain, recordAt } from "../lib/scale";
import { type Part, partAround, wholeRows } from "../lib/zoom";
import type { Distribution } from "../wire/distribution";
import type { Matrix } from "../wire/matrix";
import { domainOf, spansOf } from "./axis";
import { isDistribution } from "./cursor";
import { distribution, matrix } from "./data";
import {
  type Column,
  columnOf,
  isRecorded,
  MOST_BLOCKS,
  orderingOf,
  panelTimeline,
  resolution,
  statisticOf,
} from "./panels";
import type { Fetched } from "./resource";
import { shownAxis, shownLayer, shownPicture, shownRuns, zoomedRows } from "./view";

/** What the pictures are drawn from: all of a layer at the screen's resolution, and where that is too coarse a part. */

export type Source = Matrix | Distribution;

/** Bins of a distribution; as many rows have room to be told apart. */
const BINS = 64;
const LARGEST_PART = 0.75;

/** False while the view moves: what to fetch next is not asked for before it is known. */
export const resting = signal(true);

export function coarseSource(run: string): Fetched<Source> | null {
  const size = resolution.value;
  return size && requested(columnOf(run), size, {});
}

interface Parts {
  readonly records?: Domain;
  readonly positions?: Domain;
}

function requested(
  column: Column,
  [maxColumns, maxRows]: readonly [number, number],
  parts: Parts,
): Fetched<Source> | null {
  const layer = shownLayer.value;
  const statistic = statisticOf(column.of);
  if (layer === null || statistic === null || isRecorded(column.of) !== true) return null;
  if (column.minus !== null && (statisticOf(column.minus) !== statistic || !isRecorded(column.minus)))
    return null;
  const { of: run } = column;
  if (shownPicture.value === "distribution") {
    const { records } = parts;
    return distribution({ run, layer, statistic, bins: BINS, maxColumns, ...(records && { records }) });
  }
  const given = orderingOf(column);
  if (!given) return null;
  return matrix({
    run,
    layer,
    statistic,
    order: given.order,
    orderRun: given.run,
    ...(given.minus !== null && { orderMinus: given.minus }),
    ...(column.minus !== null && { minus: column.minus }),
    maxRows,
    maxColumns,
    ...parts,
  });
}

interface Detail {
  readonly coarse: Fetched<Source>;
  readonly fetched: Fetched<Source>;
}

const details = new Map<string, Detail>();
/** The newest part of each column that came. */
const arrived = new Map<string, { readonly coarse: Fetched<Source>; readonly source: Source }>();

/** The part that a narrowed view needs besides the coarse source; null where that is fine enough. */
function detailSource(run: string, coarse: Fetched<Source>, whole: Source): Fetched<Source> | null {
  if (!resting.value) {
    const last = details.get(run);
    return last?.coarse === coarse ? last.fetched : null;
  }
  const size = resolution.value;
  if (!size) return null;
  const shown = shownPart(run, whole);
  const columns = whole.columns < whole.records ? part(shown.records, whole.records, size[0]) : null;
  const isShrunk = !isDistribution(whole) && whole.rows < whole.units;
  const rows = isShrunk ? part(shown.positions, whole.units, size[1]) : null;
  const fetched =
    columns || rows
      ? requested(columnOf(run), [columns?.blocks ?? size[0], rows?.blocks ?? size[1]], {
          ...(columns && { records: columns.range }),
          ...(rows && { positions: rows.range }),
        })
      : null;
  if (fetched) details.set(run, { coarse, fetched });
  else details.delete(run);
  return fetched;
}

/** A part of some neighbours; null where it would be hardly finer than all of them. */
function part(shown: Domain, count: number, pixels: number): Part | null {
  if (shown[1] - shown[0] > LARGEST_PART * count) return null;
  const { range, blocks } = partAround(shown, count, pixels);
  return { range, blocks: Math.min(blocks, MOST_BLOCKS) };
}

/** The finest source that holds all that is shown; null while there is none. */
export function bestSource(run: string): Source | null {
  const coarse = coarseSource(run);
  const whole = coarse?.state.value.value;
  if (!coarse || !whole) return null;
  const fine = detailSource(run, coarse, whole)?.state.value.value;
  if (fine) arrived.set(run, { coarse, source: fine });
  for (const kept of [arrived, details])
    for (const other of kept.keys()) if (!shownRuns.value.includes(other)) kept.delete(other);
  const before = arrived.get(run);
  const last = before?.coarse === coarse ? before.source : null;
  return [fine, last].find((source) => source && holds(source, shownPart(run, source))) ?? whole;
}

function holds(source: Source, { records, positions }: Required<Parts>): boolean {
  const within = (starts: Uint32Array, [first, end]: Domain) =>
    starts[0] <= first && starts[starts.length - 1] >= end;
  return (
    within(source.columnStarts, records) && (isDistribution(source) || within(source.rowStarts, positions))
  );
}

/** Which records and positions of a source are shown. */
function shownPart(run: string, source: Source): Required<Parts> {
  const [domain, spans] = [domainOf(run), recordSpansOf(run, source)];
  const [first, end] = domain && spans ? recordsWithin(spans, domain) : [0, source.records];
  // The record before may be held into what is shown.
  return { records: [Math.max(0, first - 1), end], positions: rowsOf(source.units) };
}

/** The positions that are shown of a layer with so many units. */
export function rowsOf(units: number): Domain {
  const rows = zoomedRows.value;
  return rows && rows[0] < units
    ? wholeRows([rows[0], Math.min(rows[1], units)], units)
    : [0, Math.max(units, 1)];
}

/** Where each column of a source lies on the axis; null while that is not known. */
export function spansOfColumns(run: string, source: Source): RecordSpans | null {
  const spans = recordSpansOf(run, source);
  return spans && columnSpans(source.columnStarts, spans.starts, spans.ends);
}

function recordSpansOf(run: string, source: Source): RecordSpans | null {
  if (shownAxis.value === "step") return { starts: source.windowStartSteps, ends: source.steps };
  const known = panelTimeline(columnOf(run).of)?.state.value.value;
  if (!known?.steps.length) return null;
  const spans = spansOf(known);
  const { steps } = known;
  const [last, newest] = [source.records - 1, source.steps[source.records - 1]];
  if (steps.length === source.records && steps[last] === newest) return spans;
  // One of the two is newer than the other: times go by the step.
  const at = Array.from(source.steps, (step) => recordAt(step, steps));
  return {
    starts: Float64Array.from(at, (record) => spans.starts[record]),
    ends: Float64Array.from(at, (record) => spans.ends[record]),
  };
}
