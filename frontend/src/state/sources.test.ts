import { type Signal, signal } from "@preact/signals-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LayerInfo, Timeline } from "../wire/api";
import type { Distribution } from "../wire/distribution";
import type { Matrix } from "../wire/matrix";
import type { DistributionRequest, MatrixRequest } from "./data";
import type { Resource } from "./resource";

type Request = MatrixRequest | DistributionRequest;
interface Answer {
  readonly request: Request;
  readonly state: Signal<Resource<Matrix | Distribution>>;
}

const asked = new Map<string, Answer>();
const timelines = new Map<string, Signal<Resource<Timeline>>>();
let infos: Record<string, Partial<LayerInfo> | null> = {};

function answer(request: Request): Answer {
  const key = JSON.stringify(request);
  const found = asked.get(key) ?? { request, state: signal({ value: null, error: null, loading: true }) };
  asked.set(key, found);
  return found;
}

function timelineOf(run: string): Signal<Resource<Timeline>> {
  const found = timelines.get(run) ?? signal({ value: null, error: null, loading: true });
  timelines.set(run, found);
  return found;
}

vi.mock("./data", () => ({
  layers: () => {
    const runs = Object.entries(infos).map(([run, info]) => [run, info ? { layer: info } : {}]);
    return {
      state: signal({ value: { version: 1, runs: Object.fromEntries(runs) }, error: null, loading: false }),
    };
  },
  overview: (run: string) => {
    const value = { run, steps: [1000], window_start_steps: [0], wall_times: [9], layers: {} };
    return { state: signal({ value, error: null, loading: false }) };
  },
  timeline: (run: string) => ({ state: timelineOf(run) }),
  matrix: answer,
  distribution: answer,
}));

/** A run whose layer has these statistics, over records of 10 steps each. */
function record(run: string, records: number, statistics: string[]): void {
  const steps = Array.from({ length: records }, (_, i) => 10 * (i + 1));
  const value = { run, steps, window_start_steps: steps.map((step) => step - 10), statistics } as Timeline;
  timelineOf(run).value = { value: { ...value, wall_times: steps }, error: null, loading: false };
}

/** Serves a request as the server would, but for the values. */
function serve(request: MatrixRequest, units: number, records: number): Matrix {
  const starts = ([first, end]: readonly [number, number], most: number) => {
    const blocks = Math.min(end - first, most);
    return Uint32Array.from(
      { length: blocks + 1 },
      (_, i) => first + Math.floor((i * (end - first)) / blocks),
    );
  };
  const rowStarts = starts(request.positions ?? [0, units], request.maxRows);
  const columnStarts = starts(request.records ?? [0, records], request.maxColumns);
  const steps = Float64Array.from({ length: records }, (_, i) => 10 * (i + 1));
  const value = {
    units,
    records,
    rows: rowStarts.length - 1,
    columns: columnStarts.length - 1,
    rowStarts,
    columnStarts,
    steps,
    windowStartSteps: steps.map((step) => step - 10),
  } as Matrix;
  answer(request).state.value = { value, error: null, loading: false };
  return value;
}

let sources: typeof import("./sources");
let panels: typeof import("./panels");
let view: typeof import("./view");

async function open(hash: string): Promise<void> {
  vi.resetModules();
  const place = { hash: `#dead_relu&p.dead_relu.layer=layer${hash}`, pathname: "/", search: "", href: "" };
  const page = { location: place, history: { replaceState: () => {} }, addEventListener: () => {} };
  vi.stubGlobal("window", { ...page, parent: page });
  [sources, panels, view] = await Promise.all([import("./sources"), import("./panels"), import("./view")]);
  panels.setResolution(300, 200);
}

const requests = () => [...asked.values()].map(({ request }) => request) as MatrixRequest[];

beforeEach(() => {
  asked.clear();
  timelines.clear();
  const info = { problem: null, fraction: "zero_fraction" as const };
  infos = { a: info, b: info };
  record("a", 100, ["zero_fraction", "gradient_norm"]);
  record("b", 100, ["zero_fraction"]);
});
afterEach(() => vi.unstubAllGlobals());

const BOTH = "&p.dead_relu.runs=a,b&p.dead_relu.base=a";

describe("what is asked for", () => {
  it("is all of the layer at the screen's resolution, in the base's order", async () => {
    await open(BOTH);
    sources.coarseSource("b");
    const resolution = { maxColumns: 256, maxRows: 192 };
    expect(requests()).toEqual([
      { run: "b", layer: "layer", statistic: "zero_fraction", order: "death", orderRun: "a", ...resolution },
    ]);
  });

  it("is in each run's own order where that is unlocked", async () => {
    await open(`${BOTH}&p.dead_relu.unlocked=order`);
    sources.coarseSource("b");
    expect(requests()[0]).toMatchObject({ run: "b", orderRun: "b" });
  });

  it("is by death where the base has no gradient norms, and waits until that is known", async () => {
    await open("&p.dead_relu.runs=b,a&p.dead_relu.base=b&p.dead_relu.order=gradient_norm");
    const known = timelineOf("b").value;
    timelineOf("b").value = { value: null, error: null, loading: true };
    expect(sources.coarseSource("a")).toBeNull();
    timelineOf("b").value = known;
    sources.coarseSource("a");
    expect(requests()[0]).toMatchObject({ order: "death", orderRun: "b" });
  });

  it("is the base run's values less another's, and the order by what the two differ by", async () => {
    await open(`${BOTH}&p.dead_relu.picture=difference&p.dead_relu.order=difference`);
    expect(panels.columns.value).toEqual([{ run: "b", of: "a", minus: "b" }]);
    sources.coarseSource("b");
    expect(requests()[0]).toMatchObject({
      run: "a",
      minus: "b",
      order: "difference",
      orderRun: "a",
      orderMinus: "b",
    });
  });

  it("is nothing where a run, or the one to compare with, lacks the statistic", async () => {
    await open(`${BOTH}&p.dead_relu.show=gradient_norm`);
    expect(sources.coarseSource("a")).not.toBeNull();
    expect(sources.coarseSource("b")).toBeNull();
    view.choosePicture("difference");
    expect(sources.coarseSource("b")).toBeNull();
  });

  it("is the distribution without an order", async () => {
    await open(`${BOTH}&p.dead_relu.picture=distribution`);
    sources.coarseSource("b");
    expect(requests()[0]).toEqual({
      run: "b",
      layer: "layer",
      statistic: "zero_fraction",
      bins: 64,
      maxColumns: 256,
    });
  });

  it("passes over a run that can't be read", async () => {
    infos = { a: { problem: "newer" }, b: infos.b };
    await open(BOTH);
    expect(sources.coarseSource("a")).toBeNull();
    sources.coarseSource("b");
    expect(requests()[0]).toMatchObject({ orderRun: "b" });
  });
});

describe("a part of the layer", () => {
  const units = 4096;
  const records = 100;

  async function coarse(): Promise<Matrix> {
    await open(BOTH);
    sources.coarseSource("a");
    return serve(requests()[0], units, records);
  }

  it("is asked for once the view rests, and what there is is shown until it comes", async () => {
    const whole = await coarse();
    expect(sources.bestSource("a")).toBe(whole);
    sources.resting.value = false;
    view.zoomRows([1000, 1100]);
    expect(sources.bestSource("a")).toBe(whole);
    expect(requests()).toHaveLength(1);
    sources.resting.value = true;
    expect(sources.bestSource("a")).toBe(whole);
    const [, wanted] = requests();
    const [first, end] = wanted.positions ?? [0, 0];
    expect(first).toBeLessThan(1000);
    expect(end).toBeGreaterThan(1100);
    expect(end - first).toBeLessThan(250);
    // All records have a column of their own already.
    expect(wanted.records).toBeUndefined();
    const part = serve(wanted, units, records);
    expect(part.rows).toBe(end - first);
    expect(sources.bestSource("a")).toBe(part);
  });

  it("serves a little panning; beyond it all of the layer is shown until the next part comes", async () => {
    const whole = await coarse();
    view.zoomRows([1000, 1100]);
    sources.bestSource("a");
    const part = serve(requests()[1], units, records);
    sources.resting.value = false;
    view.zoomRows([1004, 1104]);
    expect(sources.bestSource("a")).toBe(part);
    view.zoomRows([2000, 2100]);
    expect(sources.bestSource("a")).toBe(whole);
    sources.resting.value = true;
    sources.bestSource("a");
    expect(requests()).toHaveLength(3);
    // The one that came before still holds what it holds.
    view.zoomRows([1000, 1100]);
    expect(sources.bestSource("a")).toBe(part);
    expect(requests()).toHaveLength(3);
  });

  it("is let go with its run", async () => {
    const whole = await coarse();
    view.zoomRows([1000, 1100]);
    sources.bestSource("a");
    const part = serve(requests()[1], units, records);
    expect(sources.bestSource("a")).toBe(part);
    sources.resting.value = false;
    view.chooseRuns(["b"]);
    sources.coarseSource("b");
    serve(requests()[2], units, records);
    sources.bestSource("b");
    view.chooseBase("a");
    view.zoomRows([1000, 1100]);
    expect(sources.bestSource("a")).toBe(whole);
    sources.resting.value = true;
    expect(sources.bestSource("a")).toBe(part);
  });

  it("needs none where every unit and record is there", async () => {
    await open(BOTH);
    sources.coarseSource("a");
    const whole = serve(requests()[0], 64, records);
    view.zoomRows([10, 12]);
    view.zoomRange("a", [100, 130]);
    expect(sources.bestSource("a")).toBe(whole);
    expect(requests()).toHaveLength(1);
  });

  it("is of the records that are shown, and of the one before, which may be held", async () => {
    await open(BOTH);
    record("a", 1000, ["zero_fraction"]);
    sources.coarseSource("a");
    serve(requests()[0], 64, 1000);
    view.zoomRange("a", [405, 445]);
    sources.bestSource("a");
    const [first, end] = requests()[1].records ?? [0, 0];
    expect(first).toBeLessThanOrEqual(39);
    expect(end).toBeGreaterThanOrEqual(45);
    expect(requests()[1].positions).toBeUndefined();
  });

  it("keeps within what a layer has, whatever a link says", async () => {
    await open(`${BOTH}&p.dead_relu.rows=90_200`);
    expect(sources.rowsOf(100)).toEqual([90, 100]);
    expect(sources.rowsOf(50)).toEqual([0, 50]);
    expect(sources.rowsOf(0)).toEqual([0, 1]);
  });
});

describe("where columns lie", () => {
  it("is by the steps, or by the times of the records with those steps", async () => {
    await open(BOTH);
    sources.coarseSource("a");
    const whole = serve(requests()[0], 4, 99);
    const spans = () => sources.spansOfColumns("a", whole);
    expect([...(spans()?.ends ?? [])].slice(0, 2)).toEqual([10, 20]);
    view.chooseAxis("relative");
    // The timeline has one record more.
    expect([...(spans()?.ends ?? [])].slice(0, 2)).toEqual([10, 20]);
    expect(spans()?.ends).toHaveLength(99);
    timelineOf("a").value = { value: null, error: null, loading: true };
    expect(spans()).toBeNull();
  });
});
