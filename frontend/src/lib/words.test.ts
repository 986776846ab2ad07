import { describe, expect, it } from "vitest";
import { deadCount, observed, recordCount, severity, stateMeaning, timesCalled } from "./words";

function known(changes: object = {}) {
  return {
    shown: 3,
    written: 3,
    steps: [23, 46, 69],
    widths: [128, 128, 128],
    states: { dead: [0, 4, 5], rare: [7, 5, 4], silent: [0, 0, 1] },
    ...changes,
  };
}

describe("words on a run", () => {
  it("gives the count beside the share", () => {
    expect(deadCount(known(), 2)).toBe("5 of 128 units dead (3.9 %)");
    expect(deadCount(known(), 0)).toBe("No dead unit among 128");
  });

  it("says what the statistics are of, and what else was watched", () => {
    expect(observed(0, 1437, 1437, false)).toEqual(["0 active of 1,437"]);
    // Such a unit was watched until it was seen, not all along.
    expect(observed(4, 1437, 14370, true)).toEqual(["4 active of 1,437"]);
    expect(observed(0, 1437, 14370, false)[1]).toBe("watched for activity on 14,370 samples: none");
    expect(observed(0, 1437, 14370, true)[1]).toBe(
      "watched for activity on 14,370 samples: active in others of them",
    );
    expect(observed(null, 7, 7, false)).toEqual(["7"]);
  });

  it("explains a saturated unit", () => {
    expect(stateMeaning("saturated", 6)).toBe(
      "whenever it is active, it is at its upper bound, 6: no gradient",
    );
    expect(stateMeaning("saturated", null)).toContain("at its upper bound: no gradient");
    expect(stateMeaning("dead", 6)).toBe("");
  });

  it("says how often a shared layer is called", () => {
    expect([timesCalled(3), timesCalled(1), timesCalled(0), timesCalled(null)]).toEqual([
      "called 3 times",
      "",
      "",
      "",
    ]);
  });

  it("says how many of the written records are shown", () => {
    expect(recordCount(known({ shown: 50, written: 300 }))).toBe("showing 50 of 300 records");
    expect(recordCount(known({ written: null }))).toBe("3 records");
  });

  it("grades by the dead share", () => {
    expect([0.09, 0.1, 0.49, 0.5].map(severity)).toEqual(["ok", "watch", "watch", "sick"]);
  });
});
