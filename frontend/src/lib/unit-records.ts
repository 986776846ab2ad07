import type { Records } from "./axis";
import { recordAt } from "./scale";

/**
 * Windows and times of a unit's records, which its layer's have. One that the layer's lack, for it was written between
 * the two answers, is taken to begin where the one before ends.
 */
export function unitRecords(steps: readonly number[], layer: Records): Records {
  const places = steps.map((step) => {
    const place = recordAt(step, layer.steps);
    return layer.steps[place] === step ? place : -1;
  });
  return {
    steps,
    window_start_steps: places.map((place, i) =>
      place >= 0 ? layer.window_start_steps[place] : (steps[i - 1] ?? 0),
    ),
    wall_times: places.map((place) => (place >= 0 ? layer.wall_times[place] : null)),
  };
}
