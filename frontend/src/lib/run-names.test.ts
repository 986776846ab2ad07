import fc from "fast-check";
import { expect, it } from "vitest";
import { shortNames } from "./run-names";

function called(names: string[]): string[] {
  const short = shortNames(names);
  return names.map((name) => short.get(name) ?? name);
}

it("leaves out what long names begin with", () => {
  const names = ["grid/resnet,lr=0.001,seed=42/train", "grid/resnet,lr=0.001,seed=43/train", "baseline"];
  expect(called(names)).toEqual(["…seed=42/train", "…seed=43/train", "baseline"]);
  const rates = ["experiments/lr_0.001/train", "experiments/lr_0.01/train"];
  expect(called(rates)).toEqual(["…0.001/train", "…0.01/train"]);
  const families = [
    ...names,
    "another/family,seed=1/train",
    "another/family,seed=2/train",
    "a very long name, alone",
  ];
  expect(called(families).slice(3)).toEqual(["…seed=1/train", "…seed=2/train", "a very long name, alone"]);
  const both = ["grid/resnet/lr=0.1/seed=1", "grid/resnet/lr=0.1/seed=2", "grid/resnet/lr=0.01/seed=1"];
  expect(called(both)).toEqual(["…seed=1", "…seed=2", "…lr=0.01/seed=1"]);
});

it("leaves short names, and a name that is alone, as they are", () => {
  for (const names of [["seed/0", "seed/1"], ["a/very/long/name/of/one/run"], []]) {
    expect(called(names)).toEqual(names);
  }
});

it("never makes two names the same", () => {
  const part = fc.constantFrom("experiments", "lr=0.1", "lr=0.01", "seed=1", "train");
  const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 8 }), (names) => {
      expect(new Set(called(names)).size).toBe(names.length);
    }),
  );
});
