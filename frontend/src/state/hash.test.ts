import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatHash, NOTHING_CHOSEN, ORDERS, parseHash } from "./hash";

const names = fc.string({ minLength: 1, unit: "grapheme" });
const selections = fc.record({
  runs: fc.option(fc.uniqueArray(names, { minLength: 1, maxLength: 2 })),
  layer: fc.option(names),
  order: fc.option(fc.constantFrom(...ORDERS)),
});

describe("selection in the URL", () => {
  it("comes back as it was written, whatever the names", () => {
    fc.assert(
      fc.property(selections, (selection) => {
        expect(parseHash(formatHash("#dead_relu", selection))).toEqual(selection);
      }),
    );
  });

  it("survives TensorBoard's decoding and encoding of the values", () => {
    fc.assert(
      fc.property(selections, (selection) => {
        const again = formatHash("#dead_relu", selection)
          .slice(1)
          .split("&")
          .map((part) => {
            const [key, ...rest] = part.split("=");
            return rest.length ? `${key}=${encodeURIComponent(decodeURIComponent(rest.join("=")))}` : key;
          })
          .join("&");
        expect(parseHash(again)).toEqual(selection);
      }),
    );
  });

  it("leaves the rest of the hash alone", () => {
    const hash = "#dead_relu&runSelectionState=abc&p.other.layer=x&p.dead_relu.layer=old";
    expect(formatHash(hash, { runs: ["a", "b"], layer: "new", order: null })).toBe(
      "#dead_relu&runSelectionState=abc&p.other.layer=x&p.dead_relu.runs=a%2Cb&p.dead_relu.layer=new",
    );
  });

  it("ignores what it can't understand", () => {
    expect(parseHash("")).toEqual(NOTHING_CHOSEN);
    expect(
      parseHash("#dead_relu&p.dead_relu.layer=%E0%A4%A&p.dead_relu.order=sideways&p.dead_relu.runs="),
    ).toEqual(NOTHING_CHOSEN);
    expect(parseHash("#dead_relu&p.dead_relu.runs=a,b,c").runs).toEqual(["a", "b"]);
    fc.assert(fc.property(fc.string(), (text) => void parseHash(text)));
  });
});
