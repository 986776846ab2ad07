import { html, nothing, type TemplateResult } from "lit/html.js";
import { recordUnder } from "../lib/axis";
import { formatPlace } from "../lib/axis-ticks";
import { domainOf } from "../state/axis";
import { cursor } from "../state/cursor";
import { colourOf, shortName, shownAxis, shownRuns } from "../state/view";
import { type ChartModel, dashOf } from "./chart-model";
import { css } from "./css";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";

/** What a chart shows where the cursor is, or else of the newest records. Apart from it, to be drawn more often. */
class Readout extends SignalElement {
  static override properties = { model: null, follows: true };
  declare model: ChartModel;
  /** Whether it is of the cursor's place. */
  declare follows: boolean;

  // As high whatever it says: the plots must not jump as the pointer moves.
  static override styles = [
    common,
    css`
      h3 {
        display: flex;
        justify-content: space-between;
        gap: 12px;
        font-weight: 500;
        white-space: nowrap;
      }
      h3 .muted {
        font-weight: 400;
      }
      .title {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(210px, 1fr));
        gap: 0 12px;
        list-style: none;
        font-size: 12px;
        line-height: 16px;
      }
      li {
        display: flex;
        gap: 6px;
        align-items: center;
        white-space: nowrap;
        min-width: 0;
      }
      .name {
        color: var(--muted);
        overflow: hidden;
        text-overflow: ellipsis;
      }
      b {
        font-weight: 500;
        flex: none;
      }
      svg {
        flex: none;
      }
    `,
  ];

  override render(): TemplateResult {
    const at = this.follows ? cursor.value : null;
    const domain = at && domainOf(shownRuns.value[0]);
    const { title, lines, without } = this.model;
    // The step of the record that the values are of, as the tooltip has it; the cursor may be anywhere in its window.
    const ends = at && lines.map(({ spans }) => spans.ends[recordUnder(spans, at.x)]);
    return html`<h3>
        <span class="title">${title}</span>
        <span class="muted">${at && domain ? formatPlace(ends?.find(Number.isFinite) ?? at.x, shownAxis.value, domain) : "newest record"}</span>
      </h3>
      <ul>
        ${lines.map((line) => {
          const record = at ? recordUnder(line.spans, at.x) : line.values.length - 1;
          return html`<li>
            ${runSample(line.run)}<span class="name" title=${line.run}>${shortName(line.run)}</span>
            <b>${record < 0 ? "no record" : line.read(record)}</b>
          </li>`;
        })}
        ${without.map(([run, why]) => html`<li class="muted" title=${`${run}: ${why}`}>${run}: ${why}</li>`)}
      </ul>`;
  }
}

/** How a run's lines look. */
export function runSample(run: string): TemplateResult {
  return html`<svg class="sample" width="22" height="8" aria-hidden="true">
    <line x2="22" y1="4" y2="4" stroke-width="2" stroke=${`var(--run${colourOf(run)})`}
      stroke-dasharray=${dashOf(run).join(" ") || nothing} />
  </svg>`;
}

define("dr-readout", Readout);
