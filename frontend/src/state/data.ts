import { signal } from "@preact/signals-core";
import { Lru } from "../lib/lru";
import type { Layers, Overview, Report, Timeline, UnitHistory, WorstUnits } from "../wire/api";
import { type Distribution, decodeDistribution } from "../wire/distribution";
import { decodeMatrix, type Matrix } from "../wire/matrix";
import type { Order, Span } from "./hash";
import { Fetched } from "./resource";

/**
 * The server's answers, each fetched once per generation. TensorBoard's base element makes relative URLs those
 * of the plugin's data routes, whatever the path prefix or experiment.
 */

const KEPT_MATRICES = 24;
const KEPT_TIMELINES = 512;
const KEPT_UNITS = 256;
const KEPT_OVERVIEWS = 64;

export const generation = signal(0);

const layersAnswer = new Fetched<Layers>("layers", json);
const timelines = new Lru<string, Fetched<Timeline>>(KEPT_TIMELINES, dispose);
const matrices = new Lru<string, Fetched<Matrix>>(KEPT_MATRICES, dispose);
const distributions = new Lru<string, Fetched<Distribution>>(KEPT_MATRICES, dispose);
const overviews = new Lru<string, Fetched<Overview>>(KEPT_OVERVIEWS, dispose);
// Apart, so that going through the layers drops no run's overview: what is always shown is then not fetched again.
const layerOverviews = new Lru<string, Fetched<Overview>>(KEPT_OVERVIEWS, dispose);
const worstAnswers = new Lru<string, Fetched<WorstUnits>>(KEPT_UNITS, dispose);
const reports = new Lru<string, Fetched<Report>>(KEPT_OVERVIEWS, dispose);
const unitAnswers = new Lru<string, Fetched<UnitHistory>>(KEPT_UNITS, dispose);

/** Makes everything that is shown be fetched again. */
export function reload(): void {
  generation.value++;
}

export function layers(): Fetched<Layers> {
  layersAnswer.refresh(generation.value);
  return layersAnswer;
}

export function timeline(run: string, layer: string): Fetched<Timeline> {
  return cached(timelines, address("timeline", { run, layer }), json<Timeline>);
}

/** All layers of a run over its records, or one layer with more of it. */
export function overview(run: string, layer?: string): Fetched<Overview> {
  const cache = layer === undefined ? overviews : layerOverviews;
  return cached(cache, address("overview", { run, layer }), json<Overview>);
}

/** What there is to say of a run; fetched, or fetched again, only where it is `due`. */
export function report(run: string, due: boolean): Fetched<Report> {
  return cached(reports, address("report", { run }), json<Report>, due);
}

export function worstUnits(run: string, layer: string, limit: number): Fetched<WorstUnits> {
  return cached(worstAnswers, address("units", { run, layer, limit: String(limit) }), json<WorstUnits>);
}

export interface MatrixRequest {
  readonly run: string;
  readonly layer: string;
  readonly statistic: string;
  readonly order: Order;
  readonly orderRun: string;
  /** The run whose values are subtracted, in the matrix or for the order "difference". */
  readonly minus?: string;
  readonly orderMinus?: string;
  readonly maxRows: number;
  readonly maxColumns: number;
  /** Positions in the order, and records: the second is excluded. All if left out. */
  readonly positions?: Span;
  readonly records?: Span;
}

export function matrix(request: MatrixRequest): Fetched<Matrix> {
  const url = address("matrix", {
    run: request.run,
    layer: request.layer,
    statistic: request.statistic,
    order: request.order,
    order_run: request.orderRun,
    order_minus: request.orderMinus,
    minus: request.minus,
    max_rows: String(request.maxRows),
    max_columns: String(request.maxColumns),
    positions: request.positions?.join("-"),
    records: request.records?.join("-"),
  });
  return cached(matrices, url, async (response) => decodeMatrix(await response.arrayBuffer()));
}

export interface DistributionRequest {
  readonly run: string;
  readonly layer: string;
  readonly statistic: string;
  readonly bins: number;
  readonly maxColumns: number;
  readonly records?: Span;
}

/** How many units have which value, over the records. */
export function distribution(request: DistributionRequest): Fetched<Distribution> {
  const url = address("distribution", {
    run: request.run,
    layer: request.layer,
    statistic: request.statistic,
    bins: String(request.bins),
    max_columns: String(request.maxColumns),
    records: request.records?.join("-"),
  });
  return cached(distributions, url, async (response) => decodeDistribution(await response.arrayBuffer()));
}

/** Address of a layer's or a unit's records as CSV. */
export function csvAddress(run: string, layer: string, unit?: number): string {
  return address("csv", { run, layer, unit: unit === undefined ? undefined : String(unit) });
}

export function unit(run: string, layer: string, index: number): Fetched<UnitHistory> {
  return cached(unitAnswers, address("unit", { run, layer, unit: String(index) }), json<UnitHistory>);
}

function cached<T>(
  cache: Lru<string, Fetched<T>>,
  url: string,
  decode: (response: Response) => Promise<T>,
  due = true,
): Fetched<T> {
  let found = cache.get(url);
  if (!found) {
    found = new Fetched(url, decode);
    cache.set(url, found);
  }
  if (due) found.refresh(generation.value);
  return found;
}

function dispose(fetched: { dispose(): void }): void {
  fetched.dispose();
}

async function json<T>(response: Response): Promise<T> {
  return (await response.json()) as T;
}

function address(route: string, parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  // Answers are looked up by it in every frame that moves; URLSearchParams takes several times as long.
  return `${route}?${given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
}
