import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { historyInWords, type LayerFacts, type Past, stateInWords } from "./history";

const RELU: LayerFacts = { fraction: "zero_fraction", activation: "relu", upper_bound: null };

function past(
  state: string,
  history: Past["history"],
  { since = 0, lastActive = 10 }: { since?: number; lastActive?: number } = {},
): Past {
  const base = { steps: [9, 2000], states: ["healthy", state] };
  const rest = { last_active_step: [9, lastActive], samples_since_active: [0, since] };
  return history ? { ...base, ...rest, history } : { ...base, ...rest };
}

const words = (...of: Parameters<typeof past>) => historyInWords(past(...of), RELU).join(" ");
const events = (born_dead: boolean, died_at: number[], revived_at: number[], repaired_at: number[] = []) => ({
  born_dead,
  died_at,
  revived_at,
  repaired_at,
});

describe("historyInWords", () => {
  it("dates a death, with the evidence", () => {
    expect(words("dead", events(false, [1200], []), { since: 38400, lastActive: 1200 })).toBe(
      "Died at step 1,200; active in 0 of 38,400 samples since: fires in < 0.0078 % of samples (95 % confidence).",
    );
    expect(words("dead", events(false, [1200], []), { since: 1, lastActive: 1200 })).toContain(
      "0 of 1 sample since",
    );
    expect(words("dead", events(false, [1200], []), { lastActive: 1200 })).toBe(
      "Died at step 1,200; active never since.",
    );
  });

  it("knows the born dead", () => {
    expect(words("dead", events(true, [], []), { since: 2000, lastActive: -1 })).toBe(
      "Born dead, never active in 2,000 samples: fires in < 0.15 % of samples (95 % confidence).",
    );
    expect(words("healthy", events(true, [], [300]))).toBe("Born dead, revived at step 300, not dead since.");
  });

  it("tells deaths and revivals in their order", () => {
    expect(words("rare", events(false, [100, 500], [300, 700]))).toBe(
      "Died at step 100, revived at step 300, died at step 500, revived at step 700, not dead since.",
    );
    expect(words("dead", events(true, [500], [300]), { since: 3000, lastActive: 500 })).toBe(
      "Born dead, revived at step 300, died at step 500; active in 0 of 3,000 samples since: " +
        "fires in < 0.1 % of samples (95 % confidence).",
    );
    // Dead before, now neither.
    expect(words("non_finite", events(false, [100], []))).toBe("Died at step 100.");
    expect(words("dead", events(true, [40, 50, 60], [35, 45, 55]), { lastActive: 60, since: 9 })).toMatch(
      /^Died 4 times, born dead, last at step 60; revived 3 times, last at step 55; active in 0 of 9 samples/,
    );
  });

  it("lets deaths and revivals alternate where a record comes after the next death", () => {
    expect(words("dead", events(false, [234, 309], [310]), { since: 3000, lastActive: 309 })).toMatch(
      /^Died at step 234, revived at step 309, died at step 309; active in 0 of 3,000 samples since:/,
    );
    expect(words("rare", events(true, [8], [10, 20]))).toBe(
      "Born dead, revived at step 8, died at step 8, revived at step 20, not dead since.",
    );
    const few = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.boolean(),
        few,
        fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 3 }),
        (born, gaps, late) => {
          // Each revival is the step of the record that tells it, which may be beyond the next death.
          let step = 0;
          const died = gaps.slice(born ? 1 : 0).map((gap) => (step += gap));
          const revived = died.slice(born ? 0 : 1).map((death, i) => death + (late[i] ?? 0));
          const told = words("dead", events(born, died, revived), {
            since: 9,
            lastActive: step,
          }).toLowerCase();
          const kinds = told.split(";")[0].match(/born dead|died|revived/g) ?? [];
          expect(kinds.map((kind) => kind === "revived")).toEqual(kinds.map((_, i) => i % 2 === 1));
          const steps = [...told.split(";")[0].matchAll(/step (\d+)/g)].map((found) => Number(found[1]));
          expect(steps).toEqual([...steps].sort((a, b) => a - b));
        },
      ),
    );
  });

  it("tells repairs among them", () => {
    expect(words("healthy", events(false, [100], [405], [400]))).toBe(
      "Died at step 100, re-initialised at step 400, revived at step 405, not dead since.",
    );
    expect(words("rare", events(false, [], [], [400]))).toBe("Re-initialised at step 400.");
    expect(words("dead", events(true, [], [], [400]), { lastActive: -1, since: 50 })).toMatch(
      /^Born dead, re-initialised at step 400; active in 0 of 50 samples since:/,
    );
    expect(words("rare", events(true, [40], [35, 45], [30, 42, 60, 70]))).toBe(
      "Died 2 times, born dead, last at step 40; re-initialised 4 times, last at step 70; " +
        "revived 2 times, last at step 45, not dead since.",
    );
    expect(words("rare", events(true, [], [], [1, 2, 3, 4, 5, 6]))).toMatch(
      /^Died 1 time, born dead; re-initialised 6 times, last at step 6\./,
    );
  });

  it("doesn't call the silent dead", () => {
    expect(words("silent", events(false, [], []), { since: 437, lastActive: 9 })).toBe(
      "Last active at step 9; active in 0 of 437 samples since: fires in < 0.69 % of samples (95 % confidence); " +
        "too few samples to call it dead.",
    );
    expect(words("silent", events(false, [], []), { since: 3, lastActive: -1 })).toBe(
      "Never active so far in 3 samples: fires in < 100 % of samples (95 % confidence); " +
        "too few samples to call it dead.",
    );
    expect(words("silent", events(false, [5], [7]), { lastActive: 8 })).toBe(
      "Died at step 5, revived at step 7. Last active at step 8; too few samples to call it dead.",
    );
  });

  it("has little to say of what never died, or can't", () => {
    expect(words("healthy", events(false, [], []))).toBe("Never dead.");
    expect(words("healthy", undefined)).toBe("Never dead.");
    expect(words("dead", undefined, { since: 2000 })).toMatch(/^Dead; active in 0 of 2,000 samples since/);
    expect(historyInWords({ steps: [], states: [] }, RELU)).toEqual(["Nothing recorded."]);
    const leaky: LayerFacts = { ...RELU, fraction: "negative_fraction", activation: "leaky_relu" };
    expect(historyInWords(past("healthy", undefined), leaky)).toEqual([
      "Can't die: leaky_relu has no zero region.",
    ]);
    expect(historyInWords(past("healthy", undefined), { ...leaky, activation: null })[0]).toContain(
      "this activation",
    );
  });

  it("is in whole sentences whatever happened", () => {
    const step = fc.nat(9999);
    const past_ = fc.record({
      state: fc.constantFrom("dead", "silent", "healthy", "absent"),
      born: fc.boolean(),
      died: fc.array(step, { maxLength: 9 }),
      repaired: fc.array(step, { maxLength: 9 }),
      extra: fc.boolean(),
      lastActive: fc.integer({ min: -1, max: 9999 }),
      since: fc.nat(),
    });
    fc.assert(
      fc.property(past_, ({ state, born, died, repaired, extra, lastActive, since }) => {
        const deaths = died.length + (born ? 1 : 0);
        const revived = Array.from({ length: Math.max(0, deaths - (extra ? 1 : 0)) }, (_, i) => i);
        for (const sentence of historyInWords(
          past(state, events(born, died, revived, repaired), { lastActive, since }),
          RELU,
        )) {
          expect(sentence).toMatch(/^[A-Z].*[^.]\.$/);
          expect(sentence).not.toMatch(/undefined|NaN|null/);
        }
      }),
    );
  });
});

it("says what a state means", () => {
  expect(stateInWords("saturated", { ...RELU, upper_bound: 6 })).toContain("its upper bound, 6");
  expect(stateInWords("dead", RELU)).toContain("no active sample");
  expect(stateInWords("healthy", RELU)).toBe("");
});
