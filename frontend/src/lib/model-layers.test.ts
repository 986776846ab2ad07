import { describe, expect, it } from "vitest";
import { inNetworkOrder, parametersNote, parametersOf, sumOf } from "./model-layers";

const counts = (kernel: number | null, bias: number | null, other: number | null) => ({
  kernel_parameters: kernel,
  bias_parameters: bias,
  other_parameters: other,
});

describe("inNetworkOrder", () => {
  it("puts the other layers among the watched ones", () => {
    const watched = { hidden: { index: 1 }, late: { index: 4 } };
    const others = [
      { name: "embedding", index: 0 },
      { name: "norm", index: 2 },
      { name: "output", index: 5 },
    ];
    const rows = inNetworkOrder(watched, ["hidden", "late"], others);
    expect(rows.map(({ name }) => name)).toEqual(["embedding", "hidden", "norm", "late", "output"]);
    expect(rows.map((row) => row.watched)).toEqual([false, true, false, true, false]);
    expect(rows[1].layer).toBe(watched.hidden);
    expect(rows[2].layer).toBe(others[1]);
  });

  it("keeps the order of watched layers with one index, before an other layer there", () => {
    const watched = { a: { index: 3 }, b: { index: 3 } };
    const rows = inNetworkOrder(watched, ["b", "a"], [{ name: "rest", index: 3 }]);
    expect(rows.map(({ name }) => name)).toEqual(["b", "a", "rest"]);
  });

  it("has watched layers without an index last, as they were", () => {
    const watched = { x: { index: null }, y: { index: null }, z: { index: 7 } };
    const rows = inNetworkOrder(watched, ["z", "x", "y"], [{ name: "output", index: 9 }]);
    expect(rows.map(({ name }) => name)).toEqual(["z", "output", "x", "y"]);
  });

  it("has a layer that is watched after all once", () => {
    const rows = inNetworkOrder({ a: { index: 0 } }, ["a"], [{ name: "a", index: 0 }]);
    expect(rows.map((row) => row.watched)).toEqual([true]);
  });
});

describe("parameters", () => {
  it("of a layer are all its weights", () => {
    expect(parametersOf(counts(1024, 8, 3))).toBe(1035);
    expect(parametersOf(counts(0, 0, 0))).toBe(0);
  });

  it("are not known where the layer can't be read", () => {
    expect(parametersOf(counts(null, null, null))).toBeNull();
  });

  it("of the layers that are known are summed", () => {
    expect(sumOf([counts(1, 2, 3), counts(null, null, null), counts(4, 0, 0)], parametersOf)).toBe(10);
    expect(sumOf([counts(null, null, null)], parametersOf)).toBeNull();
    expect(sumOf([], parametersOf)).toBeNull();
  });

  it("add up to the model's, or it is said why not", () => {
    const listed = [counts(1000, 20, 0), counts(0, 0, 4)];
    expect(parametersNote(listed, 1024, 1)).toBe(
      "Parameters are those of the model's summary, and add up to it.",
    );
    expect(parametersNote(listed, 3024, 100)).toBe(
      "Parameters are those of the model's summary; 2,000 of its total are those of layers that aren't listed: " +
        "at most 100 that are not watched are.",
    );
    expect(parametersNote([...listed, counts(null, null, null)], 1030, 1)).toBe(
      "Parameters are those of the model's summary; 6 of its total are those of layers that aren't listed here.",
    );
    expect(parametersNote(listed, 20, 1)).toMatch(/^Parameters add up to more than the model's/);
  });
});
