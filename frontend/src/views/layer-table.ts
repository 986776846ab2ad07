import { html, nothing, type TemplateResult } from "lit";
import { percent, whole } from "../lib/format";
import { own } from "../lib/own";
import { stateName } from "../lib/words";
import { layers, overview } from "../state/data";
import { chooseLayer, selectedRuns, shownLayer } from "../state/view";
import { type LayerInfo, type LayerOverview, sortedLayers } from "../wire/api";
import { fold, foldStyles, isOpen, remember, runChoice } from "./fold";
import { severityMark } from "./severity";
import { SignalElement } from "./signal-element";
import { common } from "./styles";
import type { Column } from "./table";
import "./table";

interface Row {
  readonly layer: string;
  readonly info: LayerInfo;
  /** Null where the run's overview isn't there yet or lacks the layer. */
  readonly known: LayerOverview | null;
}

const NAME = "layers";
/** By severity; what can't die comes first, and what isn't known last. */
const GRADES = ["ok", "watch", "sick"];

const units = ({ known }: Row) => known?.units ?? null;
const canDie = ({ info }: Row) => info.fraction === "zero_fraction";
const dead = (row: Row) => (canDie(row) && row.known ? (row.known.states.dead?.at(-1) ?? 0) : null);
const kernel = ({ info }: Row) => info.kernel_parameters;
const bias = ({ info }: Row) => info.bias_parameters;
const count = (value: number | null) => (value === null ? "–" : whole(value));

function share(row: Row): number | null {
  const [some, all] = [dead(row), units(row)];
  return some === null || !all ? null : some / all;
}

function parameters(row: Row): number | null {
  const [weights, biases] = [kernel(row), bias(row)];
  return weights === null || biases === null ? null : weights + biases;
}

const COLUMNS: readonly Column<Row>[] = [
  { key: "layer", title: "Layer", value: ({ layer }) => layer },
  { key: "type", title: "Type", value: ({ info }) => info.layer_type || null },
  {
    key: "activation",
    title: "Activation",
    value: ({ info }) => info.activation && stateName(info.activation),
  },
  { key: "units", title: "Units", numeric: true, value: units, format: (row) => count(units(row)) },
  {
    key: "kernel",
    title: "Kernel",
    hint: "weights of the kernel, recurrent ones included",
    numeric: true,
    value: kernel,
    format: (row) => count(kernel(row)),
  },
  { key: "bias", title: "Bias", numeric: true, value: bias, format: (row) => count(bias(row)) },
  {
    key: "parameters",
    title: "Kernel + bias",
    numeric: true,
    value: parameters,
    format: (row) => count(parameters(row)),
  },
  {
    key: "severity",
    title: "Severity",
    hint: "by dead share: watch from 10 %, sick from 50 %",
    value: (row) => (row.known ? (canDie(row) ? GRADES.indexOf(row.known.severity) : -1) : null),
    format: (row) => {
      if (row.info.problem !== null) return "can't be read";
      if (!canDie(row)) return "can't die";
      return row.known ? severityMark(row.known.severity) : "–";
    },
  },
  { key: "dead", title: "Dead", numeric: true, value: dead, format: (row) => count(dead(row)) },
  {
    key: "share",
    title: "Dead share",
    numeric: true,
    value: share,
    format: (row) => {
      const part = share(row);
      return part === null ? "–" : percent(part);
    },
  },
  {
    key: "since",
    title: "Dead since step",
    numeric: true,
    value: ({ known }) => known?.dead_since ?? null,
    format: ({ known }) => count(known?.dead_since ?? null),
  },
];

/** The layers of a run, with parameters that add up to the model's summary. */
export class LayerTable extends SignalElement {
  static override properties = { open: { state: true }, run: { state: true } };
  declare open: boolean;
  /** Null is the base. */
  declare run: string | null;

  static override styles = [common, foldStyles];

  constructor() {
    super();
    this.open = isOpen(NAME);
    this.run = null;
  }

  override render(): TemplateResult {
    return fold(
      "Layers",
      this.open,
      (open) => {
        this.open = open;
        remember(NAME, open);
      },
      () => this.#content(),
    );
  }

  #content(): TemplateResult {
    const runs = selectedRuns.value;
    const run = this.run !== null && runs.includes(this.run) ? this.run : runs[0];
    if (run === undefined) return html``;
    const infos = own(layers().state.value.value?.runs, run) ?? {};
    const { value, loading } = overview(run).state.value;
    const rows = sortedLayers(infos).map((layer) => ({
      layer,
      info: infos[layer],
      known: own(value?.layers, layer),
    }));
    return html`
      <div class="about">
        ${runChoice(runs, run, (chosen) => {
          this.run = chosen;
        })}
        <span>Parameters are those of the watched layers: the same as in the model's summary, without the layers that are not watched.</span>
        ${value || loading ? nothing : html`<span>Units and dead units couldn't be fetched.</span>`}
      </div>
      <dr-table data-run=${run} .caption=${`Layers of ${run}`} .columns=${COLUMNS} .rows=${rows}
        .totals=${totals(rows)} .chosen=${shownLayer.value}
        @select=${(event: CustomEvent<Row>) => chooseLayer(event.detail.layer)}></dr-table>
    `;
  }
}

function totals(rows: readonly Row[]): Record<string, string> {
  const mortal = rows.filter(canDie);
  const [some, all] = [sum(mortal, dead), sum(mortal, units)];
  return {
    layer: "Total",
    units: count(sum(rows, units)),
    kernel: count(sum(rows, kernel)),
    bias: count(sum(rows, bias)),
    parameters: count(sum(rows, parameters)),
    dead: count(some),
    share: some === null || !all ? "–" : percent(some / all),
  };
}

/** Null where nothing is known. */
function sum(rows: readonly Row[], value: (row: Row) => number | null): number | null {
  const known = rows.map(value).filter((one) => one !== null);
  return known.length ? known.reduce((a, b) => a + b, 0) : null;
}

customElements.define("dr-layer-table", LayerTable);
