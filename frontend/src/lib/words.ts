import { exact, percent, plural, whole } from "./format";

/** Sentences about a run's records. */

interface Known {
  readonly shown: number;
  readonly written: number | null;
  readonly steps: readonly number[];
  readonly widths: readonly number[];
  readonly states: Readonly<Record<string, readonly number[]>>;
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

export const NOT_FINITE = "NaN or infinite: neither active nor dead";

export const SEVERITY_MEANING: Record<Severity, string> = {
  ok: "",
  watch: "10 % or more of the units are dead",
  sick: "50 % or more of the units are dead",
};

export function recordCount({ shown, written }: Known): string {
  if (written === null) return plural(shown, "record");
  return `showing ${whole(shown)} of ${plural(written, "record")}`;
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
