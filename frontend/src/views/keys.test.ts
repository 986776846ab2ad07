import fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { partBlocks } from "../lib/pixels";
import type { HeatmapImage } from "../render/heatmap-image";

let keyMove: typeof import("./keys").keyMove;

beforeAll(async () => {
  const page = { location: { hash: "", pathname: "/", search: "", href: "" }, addEventListener: () => {} };
  vi.stubGlobal("window", { ...page, parent: page });
  ({ keyMove } = await import("./keys"));
});

/** A view of rows and columns, each given by how many there are, the first one shown, and how many are. */
function image(rows: [number, number, number], columns: [number, number, number]): HeatmapImage {
  const [width, height] = [120, 60];
  const blocks = ([count, first, shown]: [number, number, number], pixels: number) =>
    partBlocks(
      Array.from({ length: count + 1 }, (_, i) => i),
      [first, first + shown],
      pixels,
    );
  return { width, height, rows: blocks(rows, height), columns: blocks(columns, width) };
}

function cellAt({ rows, columns }: HeatmapImage, [x, y]: readonly [number, number]) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  return {
    rows: [rows.first[row], rows.last[row]] as const,
    columns: [columns.first[column], columns.last[column]] as const,
  };
}

/** What a series of keys leads to. */
function press(on: HeatmapImage, ...keys: string[]) {
  let at: ReturnType<typeof cellAt> | null = null;
  for (const key of keys) {
    const to = keyMove(key, at, on);
    if (to) at = cellAt(on, to);
  }
  return at && [at.rows[0], at.columns[0]];
}

describe("keyMove", () => {
  it("begins at the first unit and the newest record in sight", () => {
    expect(press(image([10, 0, 10], [30, 0, 30]), "ArrowDown")).toEqual([0, 29]);
    expect(press(image([10, 4, 3], [30, 5, 10]), "ArrowDown")).toEqual([4, 14]);
  });

  it("goes cell by cell, page by page and to the ends", () => {
    const all = image([40, 0, 40], [30, 0, 30]);
    expect(press(all, "Home", "Home")).toEqual([0, 0]);
    expect(press(all, "Home", "Home", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp")).toEqual([1, 1]);
    expect(press(all, "End", "PageDown", "PageDown", "PageUp", "ArrowLeft")).toEqual([10, 28]);
  });

  it("stays in sight", () => {
    const part = image([40, 4, 3], [30, 5, 10]);
    expect(press(part, "Home", "Home", "ArrowLeft", "ArrowUp")).toEqual([4, 5]);
    expect(press(part, "End", "PageDown", "ArrowDown", "ArrowRight")).toEqual([6, 14]);
  });

  it("reaches every unit, also where several share a pixel", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (count) => {
        const all = image([count, 0, count], [3, 0, 3]);
        const seen = new Set<number>();
        let at = cellAt(all, keyMove("Home", null, all) ?? [0, 0]);
        for (let i = 0; i <= count; i++) {
          for (let row = at.rows[0]; row <= at.rows[1]; row++) seen.add(row);
          at = cellAt(all, keyMove("ArrowDown", at, all) ?? [0, 0]);
        }
        expect(seen.size).toBe(count);
      }),
    );
  });

  it("leaves other keys alone, and pictures without cells", () => {
    expect(keyMove("x", null, image([3, 0, 3], [3, 0, 3]))).toBeNull();
    expect(keyMove("Home", null, image([0, 0, 1], [3, 0, 3]))).toBeNull();
  });
});
