import { batch } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { causeName } from "../lib/causes";
import { plural } from "../lib/format";
import { panelTimeline } from "../state/panels";
import { reportOf } from "../state/reports";
import { choosePicture, chooseStatistic, chooseUnit, shownLayer, shownPicture, sought } from "../state/view";
import { showAround } from "../state/zooming";
import type { Finding } from "../wire/api";
import { css } from "./css";
import { failed } from "./failed";
import { late } from "./late";

/** Why units of the shown layer are dead or no use: the cause, its evidence, and what to do. */

export const causesStyles = css`
  .causes {
    /* Room for most before they are there: the plots below must not jump. */
    min-height: 48px;
    font-size: 12px;
    line-height: 16px;
    list-style: none;
  }
  /* A line each, so that none is cut in half. */
  .causes li:not(.open) {
    height: 16px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .causes dr-late {
    position: static;
    display: block;
  }
`;

function findingsOf(run: string): Finding[] | undefined {
  return reportOf(run).value?.layers.find(({ layer }) => layer === shownLayer.value)?.findings;
}

/** Whether there is, or will be, something to say of a run. */
function hasCauses(run: string): boolean {
  const known = panelTimeline(run)?.state.value.value;
  if (!known || shownPicture.value === "difference") return false;
  return !!(known.states.dead.at(-1) || findingsOf(run)?.length || reportOf(run).error);
}

export function causes(run: string): TemplateResult | typeof nothing {
  if (!hasCauses(run)) return nothing;
  const { value, error } = reportOf(run);
  return html`<ul class="causes" aria-label="Causes in ${run}">${
    error ? html`<li>${failed("Causes couldn't be fetched", error)}</li>` : nothing
  }${value ? findingsOf(run)?.map((one) => item(run, one)) : error ? nothing : html`<li>${late("Looking for causes…")}</li>`}</ul>`;
}

function item(run: string, finding: Finding): TemplateResult {
  const { cause, units, evidence, advice, reference } = finding;
  return html`<li data-cause=${cause}><button class="link" aria-expanded="false" aria-label="more" @click=${unfold}>▸</button>
    <button class="link" title="Show it" @click=${(event: Event) => show(run, finding, event.target as HTMLElement)}
      >${plural(units.length, "unit")}: ${causeName(cause)}</button>
    · ${evidence}<br>${advice} <span class="muted">${reference}</span></li>`;
}

function unfold({ currentTarget }: Event): void {
  const button = currentTarget as HTMLElement;
  const open = button.parentElement?.classList.toggle("open");
  button.ariaExpanded = String(open);
  button.textContent = open ? "▾" : "▸";
}

/** Goes to the picture that shows it. */
function show(run: string, { statistic, step, units }: Finding, button: HTMLElement): void {
  const bias = statistic === "bias";
  batch(() => {
    if (!bias) {
      choosePicture("units");
      chooseStatistic(statistic === "gradient_norm" ? statistic : "state");
    }
    if (step !== null) showAround(run, step);
    sought.value = bias ? "bias" : "picture";
    chooseUnit(units[0]);
  });
  if (bias) return;
  const head = (button.getRootNode() as ShadowRoot).host;
  head.parentElement?.querySelector("dr-heatmap")?.shadowRoot?.querySelector<HTMLElement>(".plot")?.focus();
}
