import { html, nothing, type TemplateResult } from "lit/html.js";
import { percent, whole } from "../lib/format";
import { inNetworkOrder, parametersNote, parametersOf, sumOf } from "../lib/model-layers";
import { own } from "../lib/own";
import { stateName } from "../lib/words";
import { layers, overview } from "../state/data";
import { chooseLayer, selectedRuns, shownLayer } from "../state/view";
import {
  type LayerInfo,
  type LayerOverview,
  type Model,
  nonFinite,
  type OtherLayer,
  sortedLayers,
} from "../wire/api";
import { fold, foldStyles, isOpen, remember, runChoice } from "./fold";
import { severityMark } from "./severity";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";
import type { Column } from "./table";
import "./table";

interface Row {
  readonly layer: string;
  readonly of: LayerInfo | OtherLayer;
  /** Null where the layer is not watched. */
  readonly info: LayerInfo | null;
  /** Null where the run's overview isn't there yet or lacks the layer. */
  readonly known: LayerOverview | null;
}

const NAME = "layers";
const WATCHED_ALONE =
  "Parameters are as in the model's summary, without those of layers that are not watched.";
/** By severity; what can't die comes first, and what isn't known last. */
const GRADES = ["ok", "watch", "sick"];

const units = ({ of, known }: Row) => ("units" in of ? of.units : (known?.units ?? null));
const canDie = ({ info }: Row) => info?.fraction === "zero_fraction";
const dead = (row: Row) => (canDie(row) && row.known ? (row.known.states.dead?.at(-1) ?? 0) : null);
const kernel = ({ of }: Row) => of.kernel_parameters;
const bias = ({ of }: Row) => of.bias_parameters;
const other = ({ of }: Row) => of.other_parameters;
const parameters = ({ of }: Row) => parametersOf(of);
const born = ({ known }: Row) => known?.born_dead;
const since = (row: Row) => row.known?.dead_since ?? (born(row) ? -1 : null);
const count = (value: number | null) => (value === null ? "–" : whole(value));

function share(row: Row): number | null {
  const [some, all] = [dead(row), units(row)];
  return some === null || !all ? null : some / all;
}

const COLUMNS: readonly Column<Row>[] = [
  { key: "layer", title: "Layer", value: ({ layer }) => layer },
  { key: "type", title: "Type", value: ({ of }) => of.layer_type || null },
  {
    key: "activation",
    title: "Activation",
    value: ({ of }) => (of.activation ? stateName(of.activation) : null),
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
    key: "other",
    title: "Other",
    hint: "weights that are neither kernel nor bias: slopes of a PReLU, statistics of a batch normalization",
    numeric: true,
    value: other,
    format: (row) => count(other(row)),
  },
  {
    key: "parameters",
    title: "Parameters",
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
      if (row.info === null) return "not watched";
      if (row.info.problem !== null) return "can't be read";
      if (!canDie(row)) return "can't die";
      return row.known ? severityMark(row.known.severity, nonFinite(row.known) > 0) : "–";
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
    hint: "last activity of the first dead unit; +2: 2 more never were active",
    value: since,
    format: (row) => (since(row) === -1 ? "start" : count(since(row)) + (born(row) ? `+${born(row)}` : "")),
  },
];

/** The layers of a run, with parameters that add up to the model's summary. */
export class LayerTable extends SignalElement {
  static override properties = { open: false, run: null };
  declare open: boolean;
  /** Null is the base. */
  declare run: string | null;

  static override styles = [common, foldStyles];

  constructor() {
    super();
    this.open = isOpen(NAME);
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
    const answer = layers().state.value.value;
    const infos = own(answer?.runs, run) ?? {};
    const model = own(answer?.models, run);
    const { value, loading } = overview(run).state.value;
    const placed = inNetworkOrder(infos, sortedLayers(infos), model?.other_layers ?? []);
    const rows = placed.map(({ name, layer, watched }) => ({
      layer: name,
      of: layer,
      info: watched ? infos[name] : null,
      known: watched ? own(value?.layers, name) : null,
    }));
    return html`
      <div class="about">
        ${runChoice(runs, run, (chosen) => {
          this.run = chosen;
        })}
        <span>${meaningOf(rows, model)}</span>
        ${value || loading ? nothing : html`<span>Units and dead units couldn't be fetched.</span>`}
      </div>
      <dr-table data-run=${run} .caption=${`Layers of ${run}`} .columns=${COLUMNS} .rows=${rows}
        .totals=${totals(rows, model)} .chosen=${shownLayer.value} .choosable=${isWatched}
        @select=${(event: CustomEvent<Row>) => chooseLayer(event.detail.layer)}></dr-table>
    `;
  }
}

const isWatched = ({ info }: Row) => info !== null;

function meaningOf(rows: readonly Row[], model: Model | null): string {
  if (!model) return WATCHED_ALONE;
  const listed = rows.map(({ of }) => of);
  return parametersNote(listed, model.parameters, model.other_layers.length);
}

/** The model's parameters where they are known; else those of the rows. */
function totals(rows: readonly Row[], model: Model | null): Record<string, string> {
  const mortal = rows.filter(canDie);
  const [some, all] = [sumOf(mortal, dead), sumOf(mortal, units)];
  return {
    layer: "Total",
    units: count(sumOf(rows, units)),
    kernel: count(sumOf(rows, kernel)),
    bias: count(sumOf(rows, bias)),
    other: count(sumOf(rows, other)),
    parameters: count(model?.parameters ?? sumOf(rows, parameters)),
    dead: count(some),
    share: some === null || !all ? "–" : percent(some / all),
  };
}

define("dr-layer-table", LayerTable);
