import fc from "fast-check";
import { expect, it } from "vitest";
import { shortNames } from "./run-names";

it("leaves out what long names begin with", () => {
  const names = ["grid/resnet,lr=0.001,seed=42/train", "grid/resnet,lr=0.001,seed=43/train", "baseline"];
  expect(names.map(shortNames(names))).toEqual(["…seed=42/train", "…seed=43/train", "baseline"]);
  const rates = ["experiments/lr_0.001/train", "experiments/lr_0.01/train"];
  expect(rates.map(shortNames(rates))).toEqual(["…0.001/train", "…0.01/train"]);
});

it("leaves short names, and a name that is alone, as they are", () => {
  for (const names of [["seed/0", "seed/1"], ["a/very/long/name/of/one/run"], []]) {
    expect(names.map(shortNames(names))).toEqual(names);
  }
});

it("never makes two names the same", () => {
  const part = fc.constantFrom("experiments", "lr=0.1", "lr=0.01", "seed=1", "train");
  const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 8 }), (names) => {
      expect(new Set(names.map(shortNames(names))).size).toBe(names.length);
    }),
  );
});
