import { describe, expect, it } from "vitest";
import { DEAD, STATES } from "../wire/matrix";
import type { Marks } from "./heatmap-image";
import { legendItems } from "./legend";

const NONE: Marks = { saturated: false, nonFinite: false, absent: false, states: [] };
const texts = (...given: Parameters<typeof legendItems>) =>
  legendItems(...given).map(({ before, label }) => [before, label].filter(Boolean).join(" … "));

describe("legend", () => {
  it("says what the ends of a scale are, and that dead is hatched", () => {
    expect(texts({ kind: "fraction" }, NONE, "")).toEqual(["0 … 1", "dead"]);
    expect(texts({ kind: "log", low: 1e-7, high: 10, clipped: true }, NONE, "")).toEqual([
      "0",
      "≤ 10⁻⁷ … 10¹, log scale",
      "dead",
    ]);
    expect(texts({ kind: "linear", high: 0.05 }, NONE, "")).toEqual(["0", "> 0 … 0.05", "dead"]);
  });

  it("explains the marks that there are", () => {
    const all = texts({ kind: "fraction" }, { ...NONE, saturated: true, nonFinite: true, absent: true }, "");
    expect(all.slice(2).map((text) => text.split(" ")[0])).toEqual(["saturated", "not", "no"]);
  });

  it("of a difference says of what, and in which direction", () => {
    expect(texts({ kind: "difference", most: 1, decades: false }, NONE, "a minus b")).toEqual([
      "−1 … +1",
      "a minus b",
    ]);
    const [ramp, , absent] = texts(
      { kind: "difference", most: 3, decades: true },
      { ...NONE, absent: true },
      "a",
    );
    expect(ramp).toContain("÷ 10³");
    expect(ramp).toContain("× 10³");
    expect(absent).toContain("no partner");
  });

  it("of the states lists those that there are, by severity", () => {
    expect(texts({ kind: "state" }, { ...NONE, states: [DEAD, 0, 3] }, "")).toEqual([
      "healthy",
      "rare",
      "dead",
    ]);
    expect(texts({ kind: "state" }, { ...NONE, states: [...STATES.keys()] }, "")).toHaveLength(STATES.length);
  });

  it("of a distribution counts units", () => {
    expect(texts({ kind: "count", most: 4096 }, NONE, "")).toEqual(["no unit", "1 … 4,096 units, log scale"]);
  });
});
