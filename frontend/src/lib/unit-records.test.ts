import { expect, it } from "vitest";
import { unitRecords } from "./unit-records";

const layer = { steps: [10, 20, 40], window_start_steps: [0, 10, 30], wall_times: [1, 2, 4] };

it("takes windows and times from the layer's records of the same steps", () => {
  expect(unitRecords([10, 20, 40], layer)).toEqual(layer);
  expect(unitRecords([20], layer)).toEqual({ steps: [20], window_start_steps: [10], wall_times: [2] });
});

it("does without records that the layer lacks", () => {
  expect(unitRecords([10, 40, 50], layer)).toEqual({
    steps: [10, 40, 50],
    window_start_steps: [0, 30, 40],
    wall_times: [1, 4, null],
  });
  expect(unitRecords([], layer).steps).toEqual([]);
  const none = { steps: [], window_start_steps: [], wall_times: [] };
  expect(unitRecords([5], none)).toEqual({ steps: [5], window_start_steps: [0], wall_times: [null] });
});
