import { html, nothing, type TemplateResult } from "lit/html.js";
import { inShort, mainFinding } from "../lib/causes";
import { plural, whole } from "../lib/format";
import { own } from "../lib/own";
import { type Widths, withoutPartner } from "../lib/partners";
import { layers, overview } from "../state/data";
import { reportOf } from "../state/reports";
import { chooseLayer, colourOf, selectedRuns, shortName, shownRuns } from "../state/view";
import { nonFinite, type Overview, sortedLayers } from "../wire/api";
import { css } from "./css";
import { failed } from "./failed";
import { late } from "./late";
import { severityMark, severityStyles } from "./severity";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";

/** How every chosen run is, in one sentence each. */
export class Verdicts extends SignalElement {
  static override styles = [
    common,
    severityStyles,
    css`
      :host {
        display: block;
        padding: 4px 16px 0;
        max-height: max(128px, 26vh);
        overflow: auto;
      }
      .runs {
        display: grid;
        grid-template-columns: fit-content(30%) auto minmax(0, 1fr);
        column-gap: 10px;
      }
      .run {
        display: grid;
        grid-template-columns: subgrid;
        grid-column: 1 / -1;
        line-height: 20px;
      }
      .who {
        display: flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
        height: 20px;
      }
      .name {
        font-weight: 500;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .base {
        font-size: 11px;
        color: var(--muted);
      }
      .severity {
        height: 20px;
      }
      .what {
        grid-column: 3;
      }
      .error {
        display: inline;
        padding: 0 8px;
      }
      .error button {
        padding: 0 8px;
        line-height: 16px;
      }
      dr-late {
        position: static;
        display: block;
      }
    `,
  ];

  override render(): TemplateResult {
    const runs = selectedRuns.value;
    return html`<div class="runs" role="list" aria-label="Verdict of each run">
      ${runs.map((run) => this.#line(run, runs))}
    </div>`;
  }

  override updated(): void {
    // A region that scrolls has to be reachable without a pointer.
    if (this.scrollHeight > this.clientHeight) this.tabIndex = 0;
    else this.removeAttribute("tabindex");
  }

  #line(run: string, runs: readonly string[]): TemplateResult {
    const { value, error } = overview(run).state.value;
    const verdict = value?.verdict ?? null;
    return html`<div class="run" role="listitem" data-run=${run} data-severity=${verdict?.severity ?? nothing}>
      <span class="who">
        <i class="swatch" style="background:var(--run${colourOf(run)})"></i>
        <span class="name" title=${run}>${shortName(run)}</span>
        ${run === runs[0] && runs.length > 1 ? html`<span class="base">base</span>` : nothing}
      </span>
      ${verdict ? severityMark(verdict.severity, Object.values(value?.layers ?? {}).some(nonFinite)) : nothing}
      <span class="what">
        ${
          error
            ? failed(
                value ? "Reloading failed, this is as of before" : "The verdict couldn't be fetched",
                error,
              )
            : nothing
        }
        ${value ? sentence(value) : error ? nothing : late("Loading…")}
        ${cause(run)}<span class="muted">${[...remarks(value), partners(run, runs[0])].filter(Boolean).map((text) => ` · ${text}`)}</span>
      </span>
    </div>`;
  }
}

/** The cause that concerns most units; it opens its layer. */
function cause(run: string): TemplateResult | typeof nothing {
  const found = shownRuns.value.includes(run) && mainFinding(reportOf(run).value?.layers ?? []);
  if (!found) return nothing;
  return html`· <button class="link" title=${found.evidence} @click=${() => chooseLayer(found.layer)}
    >${inShort(found)}</button>`;
}

function sentence({ verdict }: Overview): string {
  return verdict?.sentence ?? "No record yet that can be read";
}

/** What limits the verdict. */
function remarks(known: Overview | null): string[] {
  if (!known) return [];
  const { shown, written, unreadable } = known;
  return [
    written !== null && shown < written ? `${whole(shown)} of ${whole(written)} records shown` : "",
    unreadable ? `${plural(unreadable, "damaged record")} left out` : "",
  ];
}

function partners(run: string, base: string): string {
  return run === base ? "" : withoutPartner(widths(run), widths(base));
}

function widths(run: string): Widths {
  const infos = own(layers().state.value.value?.runs, run) ?? {};
  const known = overview(run).state.value.value?.layers;
  return new Map(sortedLayers(infos).map((layer) => [layer, own(known, layer)?.units ?? null]));
}

define("dr-verdicts", Verdicts);
