import { bound } from "./evidence";
import { plural, whole } from "./format";
import { NOT_FINITE, stateMeaning } from "./words";

/** What became of a unit, in words. */

export interface Past {
  readonly steps: readonly number[];
  readonly states: readonly string[];
  readonly last_active_step?: readonly (number | null)[];
  readonly samples_since_active?: readonly (number | null)[];
  readonly history?: {
    readonly born_dead: boolean;
    /** When it was last active before each death. */
    readonly died_at: readonly number[];
    readonly revived_at: readonly number[];
    readonly repaired_at: readonly number[];
  };
}

export interface LayerFacts {
  readonly fraction: string | null;
  readonly activation: string | null;
  readonly upper_bound: number | null;
}

const MOST_EVENTS = 6;

/** Sentences about a unit's deaths, revivals and repairs, and the evidence where it shows no activity now. */
export function historyInWords(past: Past, { fraction, activation }: LayerFacts): string[] {
  if (!past.steps.length) return ["Nothing recorded."];
  if (fraction === "negative_fraction") {
    return [`Can't die: ${activation || "this activation"} has no zero region.`];
  }
  const last = past.steps.length - 1;
  const state = past.states[last];
  const active = past.last_active_step?.[last] ?? -1;
  const evidence = evidenceOf(past.samples_since_active?.[last] ?? 0);
  const events = eventsOf(past);
  if (state === "dead") {
    if (active < 0 && !past.history?.repaired_at.length) return [`Born dead, never active${evidence("in")}.`];
    return [`${events || "Dead"}; active${evidence("in 0 of", "since") || " never since"}.`];
  }
  if (state === "silent") {
    const how =
      active < 0 ? `Never active so far${evidence("in")}` : lastActive(active, evidence("in 0 of", "since"));
    return [...(events ? [`${events}.`] : []), `${how}; too few samples to call it dead.`];
  }
  if (!events) return ["Never dead."];
  const died = past.history ? deaths(past.history) : 0;
  const alive = died && died <= (past.history?.revived_at.length ?? 0);
  return [`${events}${alive ? ", not dead since" : ""}.`];
}

function lastActive(step: number, evidence: string): string {
  return `Last active at step ${whole(step)}${evidence && `; active${evidence}`}`;
}

/** The newest state, with what it means. */
export function stateInWords(state: string, facts: LayerFacts): string {
  return stateMeaning(state, facts.upper_bound) || (MEANING[state] ?? "");
}

const MEANING: Record<string, string> = {
  dead: "no active sample and no gradient, on enough samples",
  silent: "no active sample, on too few to call it dead",
  non_finite: NOT_FINITE,
  rare: "active in under 1 % of the samples",
  no_gradient: "no gradient arrives: the fault is downstream",
  dormant: "hardly active next to the rest of its layer",
  always_on: "active in every sample: linear on this data",
  absent: "no such unit in this record",
};

/** "Born dead, revived at step 300, died at step 700" in the order of time; shorter where there is much. */
function eventsOf({ history }: Past): string {
  if (!history) return "";
  const { born_dead: born, died_at, revived_at, repaired_at } = history;
  const kinds = [
    ["died", died_at],
    ["re-initialised", repaired_at],
    // A record may come after the next death: it was active again by then.
    ["revived", revived_at.map((step, i) => Math.min(step, died_at[born ? i : i + 1] ?? step))],
  ] as const;
  const many = deaths(history) + revived_at.length + repaired_at.length > MOST_EVENTS;
  const parts = many
    ? kinds.flatMap(([what, steps], kind) => {
        const count = kind ? steps.length : deaths(history);
        const first = kind ? "" : born ? ", born dead" : `, first at step ${whole(steps[0])}`;
        const last = steps.length ? `, last at step ${whole(steps[steps.length - 1])}` : "";
        return count ? [`${what} ${plural(count, "time")}${first}${last}`] : [];
      })
    : [
        ...(born ? ["born dead"] : []),
        ...[...kinds]
          .reverse()
          .flatMap(([what, steps]) => steps.map((step) => [step, what] as const))
          .sort((a, b) => a[0] - b[0])
          .map(([step, what]) => `${what} at step ${whole(step)}`),
      ];
  const text = parts.join(many ? "; " : ", ");
  return text && text[0].toUpperCase() + text.slice(1);
}

function deaths(history: NonNullable<Past["history"]>): number {
  return history.died_at.length + (history.born_dead ? 1 : 0);
}

/** " in 0 of 38,400 samples since: fires in < 0.0078 % of samples (95 % confidence)". */
function evidenceOf(samples: number): (before: string, after?: string) => string {
  if (!(samples > 0)) return () => "";
  const share = `fires in < ${bound(3 / samples)} of samples (95 % confidence)`;
  return (before, after) => ` ${before} ${plural(samples, "sample")}${after ? ` ${after}` : ""}: ${share}`;
}
