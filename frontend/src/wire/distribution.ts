import { decodeSections } from "./sections";

/** How many units have which value at each record. See http_api.md, `/distribution`. */
export interface Distribution {
  readonly run: string;
  readonly layer: string;
  readonly statistic: string;
  readonly units: number;
  readonly records: number;
  readonly bins: number;
  readonly columns: number;
  /** Row-major [bins, columns]: the most units that a bin has in any record of the column. */
  readonly counts: Uint32Array;
  /** Bin b holds values from edges[b] to edges[b + 1]; the first bin is exactly 0 and the last exactly 1 for fractions. */
  readonly edges: Float64Array;
  readonly columnStarts: Uint32Array;
  readonly steps: Float64Array;
  readonly windowStartSteps: Float64Array;
}

interface Header {
  run: string;
  layer: string;
  statistic: string;
  units: number;
  records: number;
  bins: number;
  columns: number;
}

/** Decodes the body of `/distribution`. The arrays are views of `body`. */
export function decodeDistribution(body: ArrayBuffer): Distribution {
  const { header, section } = decodeSections<Header>(body);
  const { run, layer, statistic, units, records, bins, columns } = header;
  return {
    run,
    layer,
    statistic,
    units,
    records,
    bins,
    columns,
    counts: section("counts", "uint32"),
    edges: section("edges", "float64"),
    columnStarts: section("column_starts", "uint32"),
    steps: section("steps", "float64"),
    windowStartSteps: section("window_start_steps", "float64"),
  };
}
