import { exact, percent, plural, whole } from "./format";

/** Sentences about a run's records. */

interface Known {
  readonly shown: number;
  readonly written: number | null;
  readonly steps: readonly number[];
  readonly widths: readonly number[];
  readonly width_changed: boolean;
  readonly states: Readonly<Record<string, readonly number[]>>;
  readonly non_finite_activations: readonly number[];
  readonly non_finite_gradients: readonly number[];
  readonly unreadable: number;
}

export type Severity = "ok" | "watch" | "sick";
const WATCH_SHARE = 0.1;
export const SICK_SHARE = 0.5;

export function severity(share: number): Severity {
  if (share >= SICK_SHARE) return "sick";
  return share >= WATCH_SHARE ? "watch" : "ok";
}

/** "17 of 128 units dead (13.3 %)" at one record. */
export function deadCount(known: Known, record: number): string {
  const dead = known.states.dead[record] ?? 0;
  const width = known.widths[record] ?? 0;
  if (dead === 0) return `No dead unit among ${whole(width)}`;
  return `${whole(dead)} of ${plural(width, "unit")} dead (${percent(dead / width)})`;
}

export const NOT_FINITE = "NaN or infinite: neither active nor dead can be told";

export const SEVERITY_MEANING: Record<Severity, string> = {
  ok: "",
  watch: "10 % or more of the units are dead",
  sick: "half of the units or more are dead",
};

const NAMES: Record<string, string> = {
  silent: "silent",
  saturated: "saturated",
  rare: "rare",
  dormant: "dormant",
  no_gradient: "without gradient",
  non_finite: "not finite",
  always_on: "always on",
};

export function otherStates(known: Known): string {
  const last = known.steps.length - 1;
  return Object.entries(NAMES)
    .filter(([state]) => (known.states[state]?.[last] ?? 0) > 0)
    .map(([state, name]) => `${whole(known.states[state][last])} ${name}`)
    .join(" · ");
}

export function recordCount({ shown, written }: Known): string {
  if (written === null) return plural(shown, "record");
  return `showing ${whole(shown)} of ${plural(written, "record")}`;
}

/** What else one has to know before trusting the picture. */
export function notes(known: Known): string[] {
  const out: string[] = [];
  if (known.written !== null && known.shown < known.written) {
    out.push(
      `Showing ${whole(known.shown)} of ${whole(known.written)} records: TensorBoard dropped the others. ` +
        `Start it with --samples_per_plugin dead_relu=${known.written} to see all.`,
    );
  }
  if (known.width_changed) {
    const widths = [...new Set(known.widths)].map(whole).join(", ");
    out.push(`The layer's width changed between records (${widths} units). Units are matched by index.`);
  }
  if (known.unreadable > 0) out.push(`${plural(known.unreadable, "damaged record")} left out.`);
  const bad = known.steps.filter(
    (_, i) => known.non_finite_activations[i] > 0 || known.non_finite_gradients[i] > 0,
  );
  if (bad.length) {
    const [activations, gradients] = [total(known.non_finite_activations), total(known.non_finite_gradients)];
    const what = [
      activations ? plural(activations, "activation") : "",
      gradients ? plural(gradients, "gradient") : "",
    ];
    out.push(
      `NaN or infinite: ${what.filter(Boolean).join(" and ")}, in ${plural(bad.length, "record")}, ` +
        `first at step ${whole(bad[0])}. They count neither as active nor as dead.`,
    );
  }
  return out;
}

/** What the statistics in a tooltip are of; and for a unit without activity there, in how much more it was looked for. */
export function observed(active: number | null, samples: number, screened: number, seen: boolean): string[] {
  if (active === null) return [whole(samples)];
  const counted = `${whole(active)} active of ${whole(samples)}`;
  if (active > 0 || screened <= samples) return [counted];
  return [
    counted,
    `watched for activity on ${plural(screened, "sample")}: ${seen ? "active in others of them" : "none"}`,
  ];
}

/** What is not so of most units in a state that is rarely met. */
export function stateMeaning(state: string, upperBound: number | null): string {
  if (state !== "saturated") return "";
  const bound = upperBound === null ? "its upper bound" : `its upper bound, ${exact(upperBound)}`;
  return `whenever it is active, it is at ${bound}: no gradient`;
}

export function timesCalled(calls: number | null): string {
  return calls !== null && calls > 1 ? `called ${whole(calls)} times` : "";
}

export const STOPPED = "no gradient: frozen or behind stop_gradient";

export function stateName(state: string): string {
  return state.replaceAll("_", " ");
}

function total(counts: readonly number[]): number {
  return counts.reduce((a, b) => a + b, 0);
}
