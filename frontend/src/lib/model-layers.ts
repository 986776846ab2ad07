import { whole } from "./format";

/** A model's layers, watched or not, whose parameters add up to its own. */

interface Placed {
  readonly index: number | null;
}

interface Other extends Placed {
  readonly name: string;
}

interface Counted {
  readonly kernel_parameters: number | null;
  readonly bias_parameters: number | null;
  readonly other_parameters: number | null;
}

/** The server lists so many layers that are not watched, and no more. */
const MOST_OTHER_LAYERS = 100;

/**
 * The layers in network order: watched ones as they are given, and each of the others where it belongs among them.
 * Watched layers without an index come last. One that was watched later than it was noted as an other one comes once.
 */
export function inNetworkOrder<W extends Placed, O extends Other>(
  watched: Readonly<Record<string, W>>,
  names: readonly string[],
  others: readonly O[],
): { name: string; layer: W | O; watched: boolean }[] {
  const place = ({ index }: Placed) => index ?? Number.POSITIVE_INFINITY;
  const taken = new Set(names);
  const rows = [
    ...names.map((name) => ({ name, layer: watched[name], watched: true })),
    ...others
      .filter(({ name }) => !taken.has(name))
      .map((layer) => ({ name: layer.name, layer, watched: false })),
  ];
  return rows.sort((a, b) => {
    const [x, y] = [place(a.layer), place(b.layer)];
    // A difference would be NaN for two infinities.
    return Number(x > y) - Number(x < y);
  });
}

/** All weights of a layer; null where they aren't known. */
export function parametersOf({
  kernel_parameters,
  bias_parameters,
  other_parameters,
}: Counted): number | null {
  if (kernel_parameters === null || bias_parameters === null) return null;
  return kernel_parameters + bias_parameters + (other_parameters ?? 0);
}

/** Null where no row has a value. */
export function sumOf<Row>(rows: readonly Row[], value: (row: Row) => number | null): number | null {
  const known = rows.map(value).filter((one) => one !== null);
  return known.length ? known.reduce((a, b) => a + b, 0) : null;
}

/** What the parameters are, and whether those of the layers listed are all of the model's. */
export function parametersNote(listed: readonly Counted[], parameters: number, others: number): string {
  const missing = parameters - (sumOf(listed, parametersOf) ?? 0);
  if (missing === 0) return "Parameters are those of the model's summary, and add up to it.";
  if (missing < 0)
    return "Parameters add up to more than the model's: the run has layers of another model, too.";
  const why =
    others < MOST_OTHER_LAYERS
      ? "layers that aren't listed here"
      : `layers that aren't listed: at most ${MOST_OTHER_LAYERS} that are not watched are`;
  return `Parameters are those of the model's summary; ${whole(missing)} of its total are those of ${why}.`;
}
