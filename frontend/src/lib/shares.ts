/** A layer's dead share, record by record. */

export interface DeadShares {
  readonly dead: Uint32Array;
  /** 0 where a record lacks the layer. */
  readonly units: Uint32Array;
  /** NaN where a record lacks the layer. */
  readonly shares: Float64Array;
  /** 1 where units were not finite and none was dead: "no dead unit" would say too much. */
  readonly unknown: Uint8Array;
}

type States = Readonly<Partial<Record<string, readonly number[]>>>;

/** @param states Units in each state per record; states that no unit ever was in may be left out. */
export function deadShares(states: States, records: number): DeadShares {
  const units = new Uint32Array(records);
  for (const counts of Object.values(states)) {
    for (let i = 0; i < records; i++) units[i] += counts?.[i] ?? 0;
  }
  const dead = Uint32Array.from({ length: records }, (_, i) => states.dead?.[i] ?? 0);
  return {
    dead,
    units,
    shares: Float64Array.from(dead, (count, i) => count / units[i]),
    unknown: Uint8Array.from(dead, (count, i) => Number(count === 0 && (states.non_finite?.[i] ?? 0) > 0)),
  };
}

/** The record with the largest share among records from `first` to `last`, both included; the first one of equals. */
export function worstRecord({ shares }: DeadShares, first: number, last: number): number {
  let worst = first;
  for (let i = first + 1; i <= last; i++) {
    if (shares[i] > shares[worst] || Number.isNaN(shares[worst])) worst = i;
  }
  return worst;
}
