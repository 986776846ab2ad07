import { signal } from "@preact/signals-core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Matrix } from "../wire/matrix";
import type { Cell } from "./cursor";

/** What answers each unit that was asked for. */
const answers = new Map<number, () => void>();
const shown = { layer: signal<string | null>("l"), unit: signal<number | null>(null) };

vi.mock("./data", () => ({
  timeline: () => ({ state: signal({ value: null }) }),
  unit: (_: string, __: string, index: number) => ({
    state: signal({ value: null, error: null }),
    settled: () => new Promise<void>((resolve) => answers.set(index, resolve)),
  }),
}));
vi.mock("./view", () => ({
  shownLayer: shown.layer,
  shownUnit: shown.unit,
  chooseUnit: (unit: number) => {
    shown.unit.value = unit;
  },
}));
const { chooseUnitUnder } = await import("./unit-lookup");

/** A cell of one block of two units, the first of which is given. */
function cell(first: number): Cell<Matrix> {
  const source = {
    run: "r",
    layer: "l",
    minus: null,
    rowStarts: Uint32Array.of(0, 2),
    unitOrder: Uint32Array.of(first, first + 1),
    columnStarts: Uint32Array.of(0, 1),
  } as unknown as Matrix;
  return { source, rows: [0, 0], columns: [0, 0], held: false, x: 0, y: 0 };
}

async function answer(...units: number[]): Promise<void> {
  for (const unit of units) answers.get(unit)?.();
  await new Promise((resolve) => setTimeout(resolve));
}

beforeEach(() => {
  answers.clear();
  [shown.layer.value, shown.unit.value] = ["l", null];
});

describe("chooseUnitUnder", () => {
  it("chooses the unit of the newest click, in whatever order the answers come", async () => {
    void chooseUnitUnder(cell(0));
    void chooseUnitUnder(cell(4));
    await answer(4, 5);
    expect(shown.unit.value).toBe(4);
    await answer(0, 1);
    expect(shown.unit.value).toBe(4);
    void chooseUnitUnder(cell(0));
    void chooseUnitUnder(cell(4));
    await answer(0, 1);
    expect(shown.unit.value).toBe(4);
  });

  it("leaves another layer alone, and a unit that was chosen meanwhile", async () => {
    void chooseUnitUnder(cell(0));
    shown.layer.value = "other";
    await answer(0, 1);
    expect(shown.unit.value).toBeNull();
    shown.layer.value = "l";
    void chooseUnitUnder(cell(0));
    shown.unit.value = 9;
    await answer(0, 1);
    expect(shown.unit.value).toBe(9);
  });
});
