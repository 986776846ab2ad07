import { html, nothing, type TemplateResult } from "lit/html.js";
import { bound } from "../lib/evidence";
import { exact, plural, whole } from "../lib/format";
import { stateName } from "../lib/words";
import { csvAddress, worstUnits } from "../state/data";
import { chooseUnit, layerInfo, shownLayer, shownRuns, shownUnit } from "../state/view";
import type { WorstUnit, WorstUnits } from "../wire/api";
import { STATES } from "../wire/matrix";
import { failed } from "./failed";
import { fold, foldStyles, isOpen, remember, runChoice } from "./fold";
import { late } from "./late";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";
import type { Column } from "./table";
import "./table";

const NAME = "worst_units";
const MOST_UNITS = 100;

type Statistic = "fraction" | "gradient_norm" | "mean_activation" | "bias";

function statistic(key: Statistic, title: string): Column<WorstUnit> {
  return {
    key,
    title,
    numeric: true,
    value: (row) => row[key],
    format: (row) => (row[key] === null ? "–" : exact(row[key])),
  };
}

/** Null where the unit has just been active: then nothing is to be bounded. */
function rate({ samples_since_active: samples }: WorstUnit): number | null {
  return samples > 0 ? 3 / samples : null;
}

function history({ born_dead: born, died_at: died, revivals }: WorstUnit): string {
  const parts = [
    born ? "born dead" : "",
    died === null ? "" : `died at step ${whole(died)}`,
    revivals ? `revived ${revivals === 1 ? "once" : `${whole(revivals)} times`}` : "",
  ];
  return parts.filter(Boolean).join("; ");
}

const COLUMNS: readonly Column<WorstUnit>[] = [
  { key: "unit", title: "Unit", numeric: true, value: (row) => row.unit },
  {
    key: "state",
    title: "State",
    hint: "sorted by how bad it is",
    value: (row) => STATES.indexOf(row.state),
    format: (row) => stateName(row.state),
  },
  statistic("fraction", "Zero fraction"),
  statistic("gradient_norm", "Gradient norm"),
  statistic("mean_activation", "Mean activation"),
  statistic("bias", "Bias"),
  {
    key: "active",
    title: "Last active step",
    numeric: true,
    value: (row) => row.last_active_step,
    format: (row) => (row.last_active_step < 0 ? "never" : whole(row.last_active_step)),
  },
  {
    key: "samples",
    title: "Samples since then",
    hint: "samples without activity since the unit was last active",
    numeric: true,
    value: (row) => row.samples_since_active,
    format: (row) => whole(row.samples_since_active),
  },
  {
    key: "bound",
    title: "Active share (3/N)",
    hint: "with 95 % confidence the unit is active in fewer than this share of samples",
    numeric: true,
    value: rate,
    format: (row) => {
      const share = rate(row);
      return share === null ? "–" : `< ${bound(share)}`;
    },
  },
  {
    key: "history",
    title: "History",
    hint: "sorted by step of death, born dead before all",
    value: (row) => (row.born_dead ? -1 : row.died_at),
    format: history,
  },
];

/** What isn't recorded of any unit needs no column; and the first fraction has two names. */
function columnsOf(rows: readonly WorstUnit[], fraction: string | null | undefined): Column<WorstUnit>[] {
  const recorded = COLUMNS.filter(
    ({ key }) => !rows.length || !(key in rows[0]) || rows.some((row) => row[key as Statistic] !== null),
  );
  if (fraction !== "negative_fraction") return recorded;
  return recorded.map((one) => (one.key === "fraction" ? { ...one, title: "Negative fraction" } : one));
}

/** The units of the shown layer that most need a look, in one run. */
export class WorstUnitsView extends SignalElement {
  static override properties = { open: false, run: null };
  declare open: boolean;
  /** Null is the first shown run that has the layer. */
  declare run: string | null;

  static override styles = [common, foldStyles];
  #columns: { readonly of: WorstUnits; readonly columns: Column<WorstUnit>[] } | null = null;

  constructor() {
    super();
    this.open = isOpen(NAME);
  }

  override render(): TemplateResult | typeof nothing {
    const layer = shownLayer.value;
    if (layer === null) return nothing;
    return fold(
      `Worst units of ${layer}`,
      this.open,
      (open) => {
        this.open = open;
        remember(NAME, open);
      },
      () => this.#content(layer),
    );
  }

  #content(layer: string): TemplateResult | typeof nothing {
    const runs = shownRuns.value.filter((one) => layerInfo(one, layer)?.problem === null);
    const run = this.run !== null && runs.includes(this.run) ? this.run : runs[0];
    if (run === undefined) return nothing;
    const { value, error } = worstUnits(run, layer, MOST_UNITS).state.value;
    return html`
      <div class="about">
        ${runChoice(runs, run, (chosen) => {
          this.run = chosen;
        })}
        ${value ? html`<span>${about(value)}</span>` : nothing}
        <a href=${csvAddress(run, layer)} download=${fileName(run, layer)}>Download this layer as CSV</a>
      </div>
      ${error ? failed("The units couldn't be fetched", error) : nothing}
      ${value ? this.#table(value) : error ? nothing : html`<div class="wait">${late("Loading units…")}</div>`}
    `;
  }

  #table(value: WorstUnits): TemplateResult {
    const { run, layer, units } = value;
    if (this.#columns?.of !== value) {
      this.#columns = { of: value, columns: columnsOf(units, layerInfo(run, layer)?.fraction) };
    }
    return html`<dr-table data-run=${run} .caption=${`Worst units of ${layer} in ${run}`}
      .columns=${this.#columns.columns} .rows=${units} .chosen=${shownUnit.value}
      @select=${(event: CustomEvent<WorstUnit>) => chooseUnit(event.detail.unit)}></dr-table>`;
  }
}

function about({ step, of, units }: WorstUnits): string {
  if (step === null) return "no readable record";
  const which =
    units.length < of ? `the worst ${whole(units.length)} of ${whole(of)} units` : plural(of, "unit");
  return `${which} at step ${whole(step)}, the newest record`;
}

/** Names of runs and layers have slashes in them. */
function fileName(run: string, layer: string): string {
  return `${run}_${layer}.csv`.replaceAll(/[^\w.-]+/g, "_");
}

define("dr-worst-units", WorstUnitsView);
