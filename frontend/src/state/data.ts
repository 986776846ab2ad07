import { signal } from "@preact/signals-core";
import { Lru } from "../lib/lru";
import type { Layers, Timeline, UnitHistory } from "../wire/api";
import { decodeMatrix, type Matrix } from "../wire/matrix";
import type { Order } from "./hash";
import { Fetched } from "./resource";

/**
 * The server's answers, each fetched once per generation. TensorBoard's base element makes relative URLs those
 * of the plugin's data routes, whatever the path prefix or experiment.
 */

const KEPT_MATRICES = 24;
const KEPT_TIMELINES = 512;
const KEPT_UNITS = 256;

export const generation = signal(0);

const layersAnswer = new Fetched<Layers>("layers", json);
const timelines = new Lru<string, Fetched<Timeline>>(KEPT_TIMELINES, dispose);
const matrices = new Lru<string, Fetched<Matrix>>(KEPT_MATRICES, dispose);
const unitAnswers = new Lru<string, Fetched<UnitHistory>>(KEPT_UNITS, dispose);

/** Makes everything that is shown be fetched again. */
export function reload(): void {
  unitAnswers.clear();
  generation.value++;
}

export function layers(): Fetched<Layers> {
  layersAnswer.refresh(generation.value);
  return layersAnswer;
}

export function timeline(run: string, layer: string): Fetched<Timeline> {
  return cached(timelines, address("timeline", { run, layer }), json<Timeline>);
}

export interface MatrixRequest {
  readonly run: string;
  readonly layer: string;
  readonly statistic: string;
  readonly order: Order;
  readonly orderRun: string;
  readonly maxRows: number;
  readonly maxColumns: number;
}

export function matrix(request: MatrixRequest): Fetched<Matrix> {
  const url = address("matrix", {
    run: request.run,
    layer: request.layer,
    statistic: request.statistic,
    order: request.order,
    order_run: request.orderRun,
    max_rows: String(request.maxRows),
    max_columns: String(request.maxColumns),
  });
  return cached(matrices, url, async (response) => decodeMatrix(await response.arrayBuffer()));
}

export function unit(run: string, layer: string, index: number): Fetched<UnitHistory> {
  return cached(unitAnswers, address("unit", { run, layer, unit: String(index) }), json<UnitHistory>);
}

function cached<T>(
  cache: Lru<string, Fetched<T>>,
  url: string,
  decode: (response: Response) => Promise<T>,
): Fetched<T> {
  let found = cache.get(url);
  if (!found) {
    found = new Fetched(url, decode);
    cache.set(url, found);
  }
  found.refresh(generation.value);
  return found;
}

function dispose(fetched: { dispose(): void }): void {
  fetched.dispose();
}

async function json<T>(response: Response): Promise<T> {
  return (await response.json()) as T;
}

function address(route: string, parameters: Record<string, string>): string {
  return `${route}?${new URLSearchParams(parameters)}`;
}
