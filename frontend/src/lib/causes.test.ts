import { describe, expect, it } from "vitest";
import { causeName, inShort, mainFinding } from "./causes";

function finding(cause: string, units: number, layer = "dense", step: number | null = 340) {
  return { cause, layer, step, units: Array.from({ length: units }, (_, unit) => unit) };
}

describe("causes", () => {
  it("have names", () => {
    const known = ["born_dead", "burst", "bias_drift", "dead_input", "input_scale", "always_on", "unknown"];
    expect([...known, "no_gradient_from_downstream"].map(causeName)).toEqual([
      "born dead",
      "died in a burst",
      "bias drift",
      "dead input",
      "input scale",
      "always on",
      "cause not clear",
      "no gradient from downstream",
    ]);
  });

  it("are led by the one of most units", () => {
    const [burst, unknown] = [finding("burst", 12), finding("unknown", 3, "other")];
    expect(mainFinding([{ findings: [unknown] }, { findings: [burst, finding("bias_drift", 12)] }])).toBe(
      burst,
    );
    expect(mainFinding([{ findings: [] }])).toBeNull();
    expect(mainFinding([])).toBeNull();
  });

  it("are not led by what follows from another, nor by what need not be a fault", () => {
    const [few, on, input] = [finding("born_dead", 1), finding("always_on", 90), finding("dead_input", 90)];
    expect(mainFinding([{ findings: [on, input] }, { findings: [few] }])).toBe(few);
    expect(mainFinding([{ findings: [on] }])).toBe(on);
  });

  it("are said in short", () => {
    expect(inShort(finding("burst", 1, "dense_2"))).toBe("dense_2: died in a burst at step 340");
    expect(inShort(finding("born_dead", 1, "dense_2", 0))).toBe("dense_2: born dead");
    expect(inShort(finding("always_on", 1, "dense_2", null))).toBe("dense_2: always on");
    expect(inShort(finding("burst", 1, "a", 12345))).toBe("a: died in a burst at step 12,345");
  });
});
