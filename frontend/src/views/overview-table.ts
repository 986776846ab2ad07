import { html, type TemplateResult } from "lit/html.js";
import { percent, whole } from "../lib/format";
import { own } from "../lib/own";
import { overview } from "../state/data";
import { layerInfo, layerNames, selectedRuns } from "../state/view";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";

/** The strips of the overview in words and numbers, for those who can't see them. */
export class OverviewTable extends SignalElement {
  static override styles = [common];

  override render(): TemplateResult {
    const runs = selectedRuns.value;
    return html`<table class="visually-hidden">
      <caption>Dead units of each layer at the newest record of each run</caption>
      <thead>
        <tr>
          <th scope="col">Layer</th>
          ${runs.map(
            (run) => html`<th scope="col">Dead units in ${run}</th>
              <th scope="col">Units in ${run}</th>
              <th scope="col">Dead share in ${run}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${layerNames.value.map(
          (layer) => html`<tr>
            <th scope="row">${layer}</th>
            ${runs.map((run) => cells(run, layer).map((text) => html`<td>${text}</td>`))}
          </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

function cells(run: string, layer: string): [string, string, string] {
  const known = own(overview(run).state.value.value?.layers, layer);
  if (!known)
    return layerInfo(run, layer) ? ["not known", "not known", "not known"] : ["no such layer", "–", "–"];
  if (!known.can_die) return ["can't die", whole(known.units), "–"];
  const dead = known.states.dead?.at(-1) ?? 0;
  return [whole(dead), whole(known.units), percent(dead / known.units)];
}

define("dr-overview-table", OverviewTable);
