import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeDistribution } from "./distribution";
import { decodeSections } from "./sections";

/** Writes a body with sections of numbers that are given with their types. */
function encode(meta: object, sections: Record<string, [Uint32Array | Float64Array, number[]]>): ArrayBuffer {
  const length = 1016;
  let size = 8 + length;
  const directory: Record<string, { dtype: string; shape: number[]; offset: number }> = {};
  for (const [name, [data, shape]] of Object.entries(sections)) {
    directory[name] = { dtype: data instanceof Uint32Array ? "uint32" : "float64", shape, offset: size };
    size += Math.ceil(data.byteLength / 8) * 8;
  }
  const body = new Uint8Array(size);
  const header = JSON.stringify({ ...meta, sections: directory }).padEnd(length);
  body.set(new TextEncoder().encode(`DRM1\0\0\0\0${header}`));
  new DataView(body.buffer).setUint32(4, length, true);
  for (const [name, [data]] of Object.entries(sections)) {
    body.set(new Uint8Array(data.buffer), directory[name].offset);
  }
  return body.buffer;
}

const META = {
  run: "é/run",
  layer: "dense_1",
  statistic: "zero_fraction",
  units: 5,
  records: 3,
  bins: 2,
  columns: 2,
};

function sections(): Record<string, [Uint32Array | Float64Array, number[]]> {
  return {
    counts: [Uint32Array.of(1, 2, 4, 3), [2, 2]],
    edges: [Float64Array.of(0, 0.5, 1), [3]],
    column_starts: [Uint32Array.of(0, 2, 3), [3]],
    steps: [Float64Array.of(10, 20, 2 ** 53), [3]],
    window_start_steps: [Float64Array.of(0, 10, 20), [3]],
  };
}

describe("decodeDistribution", () => {
  it("reads every field", () => {
    const { counts, edges, columnStarts, steps, windowStartSteps, ...rest } = decodeDistribution(
      encode(META, sections()),
    );
    expect(rest).toEqual(META);
    expect([...counts]).toEqual([1, 2, 4, 3]);
    expect([...edges]).toEqual([0, 0.5, 1]);
    expect([...columnStarts]).toEqual([0, 2, 3]);
    expect([...steps]).toEqual([10, 20, 2 ** 53]);
    expect([...windowStartSteps]).toEqual([0, 10, 20]);
  });

  it("reads the server's golden body", () => {
    const file = new URL("../../../tests/golden/distribution.bin", import.meta.url);
    const body = readFileSync(file);
    const got = decodeDistribution(
      body.buffer.slice(body.byteOffset, body.byteOffset + body.length) as ArrayBuffer,
    );
    const golden = JSON.parse(readFileSync(new URL("distribution.json", file), "utf8"));
    const { run, layer, statistic, units, records, bins, columns } = golden.header;
    expect(got).toMatchObject({ run, layer, statistic, units, records, bins, columns });
    for (const [key, values] of Object.entries({
      counts: got.counts,
      edges: got.edges,
      column_starts: got.columnStarts,
      steps: got.steps,
      window_start_steps: got.windowStartSteps,
    })) {
      expect([...values], key).toEqual(golden[key].flat());
    }
  });
});

describe("decodeSections", () => {
  it("says what is wrong with something else", () => {
    expect(() => decodeSections(new ArrayBuffer(0))).toThrow("doesn't start with DRM1");
    expect(() => decodeSections(new TextEncoder().encode("<!doctype html>").buffer as ArrayBuffer)).toThrow(
      "DRM1",
    );
  });

  it("says which section is missing, or is of another type", () => {
    const { section } = decodeSections(encode(META, sections()));
    expect(() => section("states", "int8")).toThrow("no section 'states' of int8 (got none)");
    expect(() => section("edges", "uint32")).toThrow("no section 'edges' of uint32 (got float64)");
  });

  it("gives views of the body", () => {
    const body = encode(META, sections());
    expect(decodeSections(body).section("counts", "uint32").buffer).toBe(body);
  });
});
