import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeTable, NAN_CODE } from "./codes";
import { DEAD, deadUnits, decodeMatrix, type Matrix, positions, positiveExtent } from "./matrix";

type Section = Uint16Array | Int8Array | Uint32Array | Float64Array;
const DTYPES = new Map<unknown, string>([
  [Uint16Array, "uint16"],
  [Int8Array, "int8"],
  [Uint32Array, "uint32"],
  [Float64Array, "float64"],
]);

/** Writes a body by the letter of http_api.md. */
function encode(meta: object, sections: Record<string, [Section, number[]]>): ArrayBuffer {
  const place = (headerLength: number) => {
    let offset = 8 + headerLength;
    const out: Record<string, { dtype: string; shape: number[]; offset: number }> = {};
    for (const [name, [data, shape]] of Object.entries(sections)) {
      out[name] = { dtype: DTYPES.get(data.constructor) as string, shape, offset };
      offset += Math.ceil(data.byteLength / 8) * 8;
    }
    return { sections: out, size: offset };
  };
  const length = 1024;
  const { sections: directory, size } = place(length);
  const body = new Uint8Array(size);
  const text = JSON.stringify({ ...meta, sections: directory }).padEnd(length);
  body.set(new TextEncoder().encode(`DRM1`));
  new DataView(body.buffer).setUint32(4, length, true);
  body.set(new TextEncoder().encode(text), 8);
  for (const [name, [data]] of Object.entries(sections)) {
    body.set(new Uint8Array(data.buffer), directory[name].offset);
  }
  return body.buffer;
}

const META = {
  run: "é/run",
  layer: "dense_1",
  statistic: "gradient_norm",
  code: "log16",
  order: "death",
  order_run: "base",
  units: 3,
  records: 2,
  rows: 3,
  columns: 2,
};

function sections(): Record<string, [Section, number[]]> {
  return {
    maximum: [Uint16Array.of(0, 5, 7, 65534, 65535, 9), [3, 2]],
    states: [Int8Array.of(8, 0, -1, 7, 5, 3), [3, 2]],
    unit_order: [Uint32Array.of(2, 0, 1), [3]],
    row_starts: [Uint32Array.of(0, 1, 2, 3), [4]],
    column_starts: [Uint32Array.of(0, 1, 2), [3]],
    steps: [Float64Array.of(10, 2 ** 53), [2]],
    window_start_steps: [Float64Array.of(0, 10), [2]],
  };
}

describe("decodeMatrix", () => {
  it("reads every field", () => {
    const matrix = decodeMatrix(encode(META, sections()));
    expect(matrix).toMatchObject({
      run: "é/run",
      orderRun: "base",
      units: 3,
      rows: 3,
      columns: 2,
      minus: null,
    });
    expect(decodeMatrix(encode({ ...META, minus: "base" }, sections())).minus).toBe("base");
    expect([...matrix.maximum]).toEqual([0, 5, 7, 65534, 65535, 9]);
    expect([...matrix.states]).toEqual([8, 0, -1, 7, 5, 3]);
    expect([...matrix.unitOrder]).toEqual([2, 0, 1]);
    expect([...matrix.steps]).toEqual([10, 2 ** 53]);
    expect([...matrix.windowStartSteps]).toEqual([0, 10]);
    expect(positions(matrix).get(2)).toBe(0);
  });

  it("lists the units that are dead at the newest record", () => {
    const ended = {
      ...sections(),
      states: [Int8Array.of(DEAD, 0, 0, DEAD, -1, DEAD), [3, 2]] as [Section, number[]],
    };
    const matrix = decodeMatrix(encode(META, ended));
    expect(deadUnits(matrix)).toEqual([0, 1]);
    expect(deadUnits({ ...matrix, units: 4 })).toBeNull();
    expect(deadUnits({ ...matrix, records: 3 })).toBeNull();
  });

  it("takes the maximum for the minimum where that is left out", () => {
    const matrix = decodeMatrix(encode(META, sections()));
    expect(matrix.minimum).toBe(matrix.maximum);
    const both = {
      ...sections(),
      minimum: [Uint16Array.of(0, 0, 0, 0, 0, 0), [3, 2]] as [Section, number[]],
    };
    expect([...decodeMatrix(encode(META, both)).minimum]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("says what is wrong with something else", () => {
    expect(() => decodeMatrix(new ArrayBuffer(4))).toThrow("is not a matrix");
    expect(() => decodeMatrix(new TextEncoder().encode("<!doctype html>").buffer as ArrayBuffer)).toThrow(
      "DRM1",
    );
    const { states: _, ...rest } = sections();
    expect(() => decodeMatrix(encode(META, rest))).toThrow("no section 'states' of int8 (got none)");
  });

  it.each(["matrix", "matrix_part"])("reads the server's golden body '%s'", (name) => {
    const file = new URL(`../../../tests/golden/${name}.bin`, import.meta.url);
    const body = readFileSync(file);
    const matrix = decodeMatrix(
      body.buffer.slice(body.byteOffset, body.byteOffset + body.length) as ArrayBuffer,
    );
    const golden = JSON.parse(readFileSync(new URL(`${name}.json`, file), "utf8"));
    expect(matrix).toMatchObject({
      run: golden.header.run,
      rows: golden.header.rows,
      order: golden.header.order,
      minus: golden.header.minus,
    });
    for (const [key, got] of Object.entries({
      maximum: matrix.maximum,
      minimum: matrix.minimum,
      states: matrix.states,
      unit_order: matrix.unitOrder,
      row_starts: matrix.rowStarts,
      column_starts: matrix.columnStarts,
      steps: matrix.steps,
      window_start_steps: matrix.windowStartSteps,
    })) {
      expect([...got], key).toEqual(golden[key].flat());
    }
    const table = decodeTable(matrix.code);
    // JSON has infinite values as text.
    golden.maximum_values.flat().forEach((value: number | string | null, i: number) => {
      const got = table[matrix.maximum[i]];
      if (value === null) expect(got).toBeNaN();
      else if (typeof value === "string") expect(got).toBe(Number(value));
      else expect(got).toBeCloseTo(value, 6);
    });
  });
});

describe("positiveExtent", () => {
  const extent = (codes: number[]) =>
    positiveExtent({
      maximum: Uint16Array.from(codes),
      minimum: Uint16Array.from(codes),
    } as unknown as Matrix);

  it("leaves out zero, infinity and NaN", () => {
    expect(extent([0, 65534, NAN_CODE, 300, 200])).toEqual({ low: 200, typical: 200, high: 300 });
    expect(extent([0, 65534, NAN_CODE])).toBeNull();
  });

  it("doesn't let a single outlier below decide what is typical", () => {
    expect(extent([5, ...Array<number>(999).fill(40000)])).toEqual({ low: 5, typical: 40000, high: 40000 });
  });
});
