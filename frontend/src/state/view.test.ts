import { effect, type Signal, signal } from "@preact/signals-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Layers, Overview } from "../wire/api";
import type { View } from "./hash";
import type { Resource } from "./resource";

type Counts = Record<string, Record<string, readonly [dead: number, units: number]>>;

const served: { layers: Signal<Resource<Layers>>; overviews: Map<string, Signal<Resource<Overview>>> } = {
  layers: signal({ value: null, error: null, loading: true }),
  overviews: new Map(),
};

vi.mock("./data", () => ({
  layers: () => ({ state: served.layers }),
  overview: (run: string) => ({ state: overviewOf(run) }),
}));

function overviewOf(run: string): Signal<Resource<Overview>> {
  const found = served.overviews.get(run) ?? signal({ value: null, error: null, loading: true });
  served.overviews.set(run, found);
  return found;
}

/** Runs with their layers, each with its dead units and its units. */
function serveLayers(counts: Counts): void {
  const runs = Object.entries(counts).map(([run, layers]) => {
    const infos = Object.keys(layers).map((layer, index) => [layer, { index, problem: null }]);
    return [run, Object.fromEntries(infos)];
  });
  const value = { version: 1, runs: Object.fromEntries(runs) } as Layers;
  served.layers.value = { value, error: null, loading: false };
}

function serveOverviews(counts: Counts): void {
  for (const [run, layers] of Object.entries(counts)) {
    const overviews = Object.entries(layers).map(([layer, [dead, units]]) => [
      layer,
      { units, states: dead ? { dead: [0, dead] } : {} },
    ]);
    const value = { run, layers: Object.fromEntries(overviews) } as unknown as Overview;
    overviewOf(run).value = { value, error: null, loading: false };
  }
}

function serve(counts: Counts): void {
  serveLayers(counts);
  serveOverviews(counts);
}

const THREE: Counts = {
  a: { one: [0, 10], two: [1, 10] },
  b: { one: [0, 10], two: [5, 10], three: [2, 10] },
  c: { one: [4, 10] },
};

let view: typeof import("./view");
let absent: typeof import("./not-here");
/** How often the URL was written. */
let writes = 0;

/** The module as it is when the page opens at a hash. */
async function open(hash = ""): Promise<void> {
  vi.resetModules();
  const place = { hash: `#dead_relu${hash}`, pathname: "/", search: "", href: "" };
  const history = {
    state: null,
    replaceState: (_: unknown, __: string, url: string) => {
      place.hash = url.slice(1);
      writes++;
    },
  };
  const page = { location: place, history, addEventListener: () => {} };
  vi.stubGlobal("window", { ...page, parent: page });
  view = await import("./view");
  absent = await import("./not-here");
}

/** What the URL says once it is written. */
function inUrl(): string {
  vi.runAllTimers();
  return decodeURIComponent(window.parent.location.hash).replaceAll("p.dead_relu.", "");
}

beforeEach(() => {
  served.layers.value = { value: null, error: null, loading: true };
  served.overviews.clear();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("what is shown where nobody chose", () => {
  it("is the layer with the largest dead share, and the run that has it as the base", async () => {
    await open();
    expect([view.runNames.value, view.shownLayer.value]).toEqual([[], null]);
    serve(THREE);
    expect(view.selectedRuns.value).toEqual(["b", "a", "c"]);
    expect(view.shownLayer.value).toBe("two");
    expect(view.layerNames.value).toEqual(["one", "two", "three"]);
  });

  it("is the first of equals, and a layer that can be shown", async () => {
    await open();
    serveLayers({ a: { one: [0, 10], two: [0, 10] }, b: { one: [0, 10] } });
    serveOverviews({ a: { gone: [9, 10], one: [1, 10], two: [2, 10] }, b: { one: [2, 10] } });
    expect([view.shownLayer.value, view.selectedRuns.value]).toEqual(["two", ["a", "b"]]);
  });

  it("waits for the base where the URL has none", async () => {
    await open("&p.dead_relu.layer=one");
    serveLayers(THREE);
    expect(view.shownLayer.value).toBeNull();
    serveOverviews(THREE);
    expect([view.shownLayer.value, view.selectedRuns.value]).toEqual(["one", ["b", "a", "c"]]);
  });

  it("waits for all overviews, but not for one that can't be fetched", async () => {
    await open();
    serveLayers(THREE);
    expect(view.shownLayer.value).toBeNull();
    expect(served.overviews.size).toBe(3);
    serveOverviews({ a: THREE.a, c: THREE.c });
    expect(view.shownLayer.value).toBeNull();
    overviewOf("b").value = { value: null, error: "gone", loading: false };
    expect([view.shownLayer.value, view.selectedRuns.value[0]]).toEqual(["one", "c"]);
  });

  it("is the first layer of the first runs where no overview was written", async () => {
    await open();
    const counts = Object.fromEntries(
      ["r10", "r9", "r1", "r2", "r3"].map((run) => [run, { x: [0, 1] as const }]),
    );
    serveLayers(counts);
    serveOverviews(Object.fromEntries(Object.keys(counts).map((run) => [run, {}])));
    expect([view.selectedRuns.value, view.shownLayer.value]).toEqual([["r1", "r2", "r3", "r9"], "x"]);
    // Being fetched again, the picture must not go away.
    for (const run of Object.keys(counts))
      overviewOf(run).value = { ...overviewOf(run).peek(), loading: true };
    expect(view.shownLayer.value).toBe("x");
  });

  it("stays when more is recorded, and makes room for runs that come later", async () => {
    await open();
    serve(THREE);
    expect(view.shownLayer.value).toBe("two");
    serve({ "0": { one: [10, 10] }, ...THREE, a: { one: [9, 10], two: [1, 10] }, d: { one: [0, 1] } });
    expect(view.shownLayer.value).toBe("two");
    expect(view.selectedRuns.value).toEqual(["b", "a", "c", "0"]);
  });

  it("goes to what dies first where nothing was dead, without a gap", async () => {
    await open();
    serve({ a: { one: [0, 10], two: [0, 10] } });
    expect(view.shownLayer.value).toBe("one");
    serveLayers({ a: { one: [0, 10], two: [0, 10] }, b: { one: [0, 10] } });
    expect([view.shownLayer.value, view.selectedRuns.value]).toEqual(["one", ["a", "b"]]);
    serveOverviews({ a: { one: [0, 10], two: [1, 10] }, b: { one: [0, 10] } });
    expect(view.shownLayer.value).toBe("two");
    serveOverviews({ b: { one: [9, 10] } });
    expect(view.shownLayer.value).toBe("two");
  });

  it("is picked anew when its run vanishes", async () => {
    await open();
    serve(THREE);
    expect(view.shownLayer.value).toBe("two");
    serve({ a: THREE.a, c: THREE.c });
    expect([view.selectedRuns.value, view.shownLayer.value]).toEqual([["c", "a"], "one"]);
  });
});

describe("choosing runs", () => {
  beforeEach(async () => {
    await open();
    serve(THREE);
  });

  it("toggles, but keeps the last one", () => {
    view.toggleRun("a");
    expect(view.selectedRuns.value).toEqual(["b", "c"]);
    view.toggleRun("a");
    expect(view.selectedRuns.value).toEqual(["b", "c", "a"]);
    for (const run of ["a", "b", "c"]) view.toggleRun(run);
    expect(view.selectedRuns.value).toEqual(["c"]);
    view.chooseRuns([]);
    expect(view.selectedRuns.value).toEqual(["c"]);
  });

  it("has the base first, and another one when it is left out", () => {
    view.chooseBase("c");
    expect(view.selectedRuns.value).toEqual(["c", "b", "a"]);
    view.chooseRuns(["a", "b", "c"]);
    expect(view.selectedRuns.value).toEqual(["c", "a", "b"]);
    view.toggleRun("c");
    view.toggleRun("c");
    expect(view.selectedRuns.value).toEqual(["a", "b", "c"]);
    view.chooseRuns(["b"]);
    view.chooseBase("c");
    expect(view.selectedRuns.value).toEqual(["c", "b"]);
  });

  it("bounds how many", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 80 }, (_, i) => [`r${i}`, { one: [0, 1] as const }]),
    );
    serve(many);
    view.chooseRuns(view.listedRuns.value);
    expect(view.selectedRuns.value.length).toBe(view.MOST_RUNS);
    expect(view.shownRuns.value.length).toBe(view.MOST_COLUMNS);
    view.chooseBase("r79");
    expect(view.selectedRuns.value[0]).toBe("r79");
    view.followView();
    expect(inUrl().split(",").length).toBe(view.MOST_RUNS);
    await open(`&p.dead_relu.runs=${Object.keys(many)}`);
    expect(view.selectedRuns.value.length).toBe(view.MOST_RUNS);
  });

  it("goes by what is there, and back when it is there again", () => {
    view.chooseRuns(["b", "c"]);
    serve({ a: THREE.a, c: THREE.c });
    expect(view.selectedRuns.value).toEqual(["c"]);
    serve({ a: THREE.a });
    expect(view.selectedRuns.value).toEqual(["a"]);
    serve(THREE);
    expect(view.selectedRuns.value).toEqual(["b", "c"]);
  });

  it("knows no run or layer that every object has", async () => {
    await open("&p.dead_relu.runs=constructor,a&p.dead_relu.layer=toString");
    expect(view.selectedRuns.value).toEqual(["a"]);
    expect(view.shownLayer.value).toBe("two");
    expect([view.layerInfo("constructor", "name"), view.layerInfo("a", "constructor")]).toEqual([null, null]);
    serve(JSON.parse('{"constructor": {"valueOf": [1, 1]}}'));
    expect([view.selectedRuns.value, view.shownLayer.value]).toEqual([["constructor"], "valueOf"]);
  });

  it("sorts numbers as numbers, in whichever order they come", () => {
    const sorted = ["r2", "r10", "x=0.01", "x=0.1"];
    for (const names of [sorted, [...sorted].reverse()]) {
      serve(Object.fromEntries(names.map((name) => [name, { one: [0, 1] as const }])));
      expect(view.runNames.value).toEqual(sorted);
    }
  });

  it("lists what matches, and what is chosen", () => {
    view.chooseRuns(["b"]);
    view.filterRuns("^[AC]$");
    expect(view.listedRuns.value).toEqual(["a", "b", "c"]);
    view.filterRuns("c");
    expect(view.listedRuns.value).toEqual(["b", "c"]);
    view.filterRuns("(c");
    expect([view.runFilter.value.pattern, view.listedRuns.value]).toEqual([null, ["a", "b", "c"]]);
    view.filterRuns("");
    expect(view.listedRuns.value).toEqual(["a", "b", "c"]);
  });
});

describe("colours of runs", () => {
  it("are apart, and stay whatever is chosen and whatever comes", async () => {
    await open();
    serve(THREE);
    const before = view.runNames.value.map(view.colourOf);
    expect(new Set(before).size).toBe(3);
    view.chooseRuns(["c"]);
    view.chooseBase("a");
    expect(["a", "b", "c"].map(view.colourOf)).toEqual(before);
    const others = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`A${i}`, { one: [0, 1] as const }]),
    );
    serve({ ...others, ...THREE });
    expect(["a", "b", "c"].map(view.colourOf)).toEqual(before);
    for (const run of view.runNames.value) expect(view.colourOf(run)).toBeLessThan(view.RUN_COLOURS);
  });
});

describe("zooming", () => {
  beforeEach(async () => {
    await open();
    serve(THREE);
  });
  const ranges = () => ["a", "b", "c"].map(view.zoomedRange);

  it("is of all runs while the range is locked, whichever are chosen", () => {
    view.followView();
    view.zoomRange("a", [1, 2]);
    view.toggleRun("c");
    view.toggleRun("c");
    view.chooseBase("a");
    expect(inUrl()).toMatch(/&x=1_2$/);
    expect(ranges()).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    view.zoomRange("c", null);
    expect(ranges()).toEqual([null, null, null]);
    expect(inUrl()).not.toContain("x=");
  });

  it("is of one run where the range is unlocked, and stays with it", () => {
    view.zoomRange("a", [1, 9]);
    expect(view.isLocked("range")).toBe(true);
    view.toggleLock("range");
    expect(view.isLocked("range")).toBe(false);
    expect(ranges()[2]).toEqual([1, 9]);
    view.zoomRange("a", [1, 2]);
    view.zoomRange("b", null);
    const apart = [[1, 2], null, [1, 9]];
    expect(ranges()).toEqual(apart);
    view.chooseBase("c");
    expect(ranges()).toEqual(apart);
    view.toggleRun("b");
    view.toggleRun("b");
    expect(ranges()).toEqual(apart);
    serve({ a: THREE.a, b: THREE.b });
    expect(ranges().slice(0, 2)).toEqual(apart.slice(0, 2));
    view.chooseBase("a");
    expect(ranges().slice(0, 2)).toEqual(apart.slice(0, 2));
    view.toggleLock("range");
    expect(ranges()).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  it("draws anew only what shows a part", () => {
    const lists = [
      view.runNames,
      view.listedRuns,
      view.runFilter,
      view.selectedRuns,
      view.shownRuns,
      view.layerNames,
    ];
    const others = [view.shownLayer, view.shownUnit, view.zoomedRows, view.firstReadableRun];
    let drawn = 0;
    const stop = effect(() => {
      for (const one of [...lists, ...others]) void one.value;
      void [view.colourOf("a"), view.isLocked("order")];
      drawn++;
    });
    for (let i = 0; i < 5; i++) view.zoomRange("a", [i, 10]);
    expect(drawn).toBe(1);
    view.toggleLock("order");
    serve(THREE);
    expect(drawn).toBe(2);
    stop();
  });

  it("is undone as a whole", () => {
    view.zoomRange("a", [1, 2]);
    view.zoomRows([3, 4]);
    view.resetZoom();
    expect([ranges(), view.zoomedRows.value]).toEqual([[null, null, null], null]);
  });

  it("keeps no range of another axis, and no positions of another order", () => {
    view.zoomRange("a", [1, 2]);
    view.chooseAxis("wall");
    expect(ranges()).toEqual([null, null, null]);
    const changes = [
      () => view.chooseOrder("fraction"),
      () => view.chooseBase("a"),
      () => view.toggleRun("a"),
      () => view.chooseLayer("one"),
    ];
    for (const change of changes) {
      view.zoomRows([3, 4]);
      change();
      expect(view.zoomedRows.value).toBeNull();
    }
    view.zoomRows([3, 4]);
    view.toggleRun("a");
    view.chooseRuns([...view.selectedRuns.value].reverse());
    view.chooseStatistic("state");
    expect(view.zoomedRows.value).toEqual([3, 4]);
    view.chooseOrder("difference");
    view.zoomRows([3, 4]);
    view.chooseRuns(["b", "c", "a"]);
    expect(view.zoomedRows.value).toBeNull();
  });
});

describe("choosing a layer, a unit and a picture", () => {
  it("leaves the unit and the positions of another layer, but nothing of the same one", async () => {
    await open();
    serve(THREE);
    view.chooseUnit(3);
    view.zoomRows([1, 5]);
    view.chooseLayer("two");
    expect([view.shownUnit.value, view.zoomedRows.value]).toEqual([3, [1, 5]]);
    view.chooseLayer("one");
    expect([view.shownUnit.value, view.zoomedRows.value, view.shownLayer.value]).toEqual([null, null, "one"]);
  });

  it("compares only where there are two runs", async () => {
    await open();
    serve(THREE);
    view.choosePicture("difference");
    view.chooseOrder("difference");
    expect([view.shownPicture.value, view.shownOrder.value]).toEqual(["difference", "difference"]);
    view.chooseStatistic("state");
    expect(view.shownPicture.value).toBe("units");
    view.chooseStatistic("gradient_norm");
    view.chooseRuns(["a"]);
    expect([view.shownPicture.value, view.shownOrder.value]).toEqual(["units", "death"]);
  });
});

describe("the URL", () => {
  it("holds all that is shown as soon as something is chosen", async () => {
    await open();
    serve(THREE);
    view.followView();
    expect(inUrl()).toBe("#dead_relu");
    view.chooseScale("linear");
    expect(inUrl()).toBe("#dead_relu&runs=b,a,c&base=b&layer=two&scale=linear");
    view.toggleLock("colour");
    expect(inUrl()).toContain("unlocked=colour");
    view.toggleLock("colour");
    expect(inUrl()).not.toContain("unlocked");
  });

  it("is written at once, and while it moves not before it rests", async () => {
    await open();
    serve(THREE);
    view.followView();
    vi.advanceTimersByTime(1000);
    writes = 0;
    view.zoomRange("a", [0, 1]);
    expect(decodeURIComponent(window.parent.location.hash)).toMatch(/x=0_1$/);
    for (let i = 0; i < 600; i++) {
      vi.advanceTimersByTime(1000 / 60);
      view.zoomRange("a", [i, 1000]);
    }
    expect(writes).toBe(1);
    expect(inUrl()).toMatch(/x=599_1000$/);
    expect(writes).toBe(2);
  });

  it("shows the same elsewhere, though there another layer or run is the sickest", async () => {
    await open();
    serve(THREE);
    const link = decodeURIComponent(view.linkToView());
    await open(link.slice(link.indexOf("&")));
    serve({ ...THREE, a: { one: [10, 10], two: [0, 10] } });
    expect([view.selectedRuns.value, view.shownLayer.value]).toEqual([["b", "a", "c"], "two"]);
  });

  it("holds no picks made before there is a picture", async () => {
    await open();
    serveLayers(THREE);
    view.followView();
    view.filterRuns("x");
    expect(inUrl()).toBe("#dead_relu&filter=x");
  });

  it("takes runs in the order that it has, whichever is the sickest", async () => {
    await open("&p.dead_relu.runs=a,b&p.dead_relu.layer=one");
    serveLayers(THREE);
    // Nothing is left to pick, so nothing is waited for.
    expect([view.selectedRuns.value, view.shownLayer.value]).toEqual([["a", "b"], "one"]);
    serveOverviews(THREE);
    expect([view.selectedRuns.value, view.shownLayer.value]).toEqual([["a", "b"], "one"]);
  });

  it("gives every run its own range where that is unlocked", async () => {
    const chosen: Partial<View> = { runs: ["a", "b"], x: [null, [3, 4]], unlocked: ["range"] };
    await open(`&p.dead_relu.runs=${chosen.runs}&p.dead_relu.x=-,3_4&p.dead_relu.unlocked=range`);
    serve(THREE);
    expect([view.zoomedRange("a"), view.zoomedRange("b"), view.zoomedRange("c")]).toEqual([
      null,
      [3, 4],
      null,
    ]);
  });

  const UNLOCKED = "&p.dead_relu.layer=one&p.dead_relu.unlocked=range";

  it("leaves every run its range, and its place, where one is missing", async () => {
    await open(`&p.dead_relu.runs=a,gone,b&p.dead_relu.x=0_100,100_200,200_300${UNLOCKED}`);
    serve(THREE);
    view.followView();
    const ranges = () => ["a", "gone", "b"].map(view.zoomedRange);
    const apart = [
      [0, 100],
      [100, 200],
      [200, 300],
    ];
    expect(ranges()).toEqual(apart);
    expect(decodeURIComponent(view.linkToView())).toContain("runs=a,b,gone");
    expect(decodeURIComponent(view.linkToView())).toContain("x=0_100,200_300,100_200");
    view.chooseScale("linear");
    expect(ranges()).toEqual(apart);
    view.chooseBase("b");
    view.toggleRun("c");
    view.zoomRange("c", [7, 8]);
    expect(ranges()).toEqual(apart);
    expect(inUrl()).toContain("runs=b,a,c,gone");
    serve({ ...THREE, gone: THREE.a });
    expect(view.selectedRuns.value).toEqual(["b", "a", "c", "gone"]);
    expect([ranges(), view.zoomedRange("c")]).toEqual([apart, [7, 8]]);
    view.chooseRuns(["a"]);
    expect(view.selectedRuns.value).toEqual(["a"]);
  });

  it("leaves every run its range where the base isn't named first", async () => {
    await open(`&p.dead_relu.runs=a,b&p.dead_relu.base=b&p.dead_relu.x=1_2,3_4${UNLOCKED}`);
    serve(THREE);
    view.chooseScale("linear");
    expect([view.selectedRuns.value, ["a", "b"].map(view.zoomedRange)]).toEqual([
      ["b", "a"],
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });

  it("names a layer and runs that aren't here, and gives no other layer their units", async () => {
    await open("&p.dead_relu.layer=nosuch&p.dead_relu.runs=a,x,b&p.dead_relu.unit=3&p.dead_relu.rows=2_9");
    serveLayers(THREE);
    expect(absent.notHere.value).toBe("");
    serveOverviews(THREE);
    expect([view.shownLayer.value, view.shownUnit.value, view.zoomedRows.value]).toEqual(["two", null, null]);
    expect(absent.notHere.value).toBe("This link names layer 'nosuch', run 'x', which aren't here.");
    expect(view.linkToView()).not.toMatch(/unit|rows/);
    view.chooseScale("linear");
    expect([view.shownUnit.value, view.zoomedRows.value, absent.notHere.value]).toEqual([null, null, ""]);
  });
});
