import { effect } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { layers, reload } from "../state/data";
import { dark } from "../state/host";
import { notHere } from "../state/not-here";
import { firstReadableRun, runNames, selectedRuns, shownLayer } from "../state/view";
import { css } from "./css";
import { emptyState, failedState } from "./empty";
import { late } from "./late";
import { overviewsLate } from "./overviews-late";
import { helpShown, onKey } from "./shortcuts";
import { define, SignalElement } from "./signal-element";
import { common, theme } from "./styles";
import "./detail";
import "./inspector";

import "./layer-table";
import "./overview";
import "./sidebar";
import "./tooltip";
import "./verdicts";
import "./worst-units";

/** The whole page. */
export class App extends SignalElement {
  static override styles = [
    theme,
    common,
    css`
      :host {
        position: fixed;
        inset: 0;
        display: grid;
        grid-template: auto minmax(0, 1fr) / 220px minmax(0, 1fr);
      }
      .skip {
        position: absolute;
        z-index: 15;
        left: 8px;
        top: 8px;
      }
      .skip:not(:focus) {
        clip-path: inset(50%);
      }
      .banner {
        grid-column: 1 / -1;
        margin: 6px 12px;
        display: flex;
        gap: 12px;
        align-items: center;
        justify-content: space-between;
      }
      dr-sidebar,
      main,
      .all {
        grid-row: 2;
      }
      main {
        min-width: 0;
        display: flex;
        flex-direction: column;
        overflow-y: auto;
      }
      main:focus-visible {
        outline-offset: -2px;
      }
      main > * {
        flex: none;
        min-width: 0;
      }
      .wait {
        position: relative;
        min-height: 120px;
      }
      .empty {
        display: flex;
        flex-direction: column;
        justify-self: center;
        padding: 48px 24px;
        max-width: 640px;
        gap: 12px;
      }
      .empty h1 {
        font-size: 20px;
        line-height: 28px;
      }
      .all,
      .empty {
        grid-column: 1 / -1;
      }
      pre {
        margin: 0;
        padding: 12px 14px;
        background: var(--sidebar);
        border: 1px solid var(--line);
        border-radius: 4px;
        overflow-x: auto;
      }
    `,
  ];

  override connected(): () => void {
    window.addEventListener("keydown", onKey);
    // A file of its own, from when it is first asked for.
    const stop = effect(() => {
      if (helpShown.value) void import("./help");
    });
    return () => {
      stop();
      window.removeEventListener("keydown", onKey);
    };
  }

  override render(): TemplateResult {
    const { value, error, loading } = layers().state.value;
    if (!value) {
      return error && !loading
        ? failedState(error, reload)
        : html`<div class="wait all">${late("Loading list of layers…")}</div>`;
    }
    if (!runNames.value.length) return emptyState();
    const layer = shownLayer.value;
    return html`
      <button class="skip" @click=${() => this.renderRoot.querySelector("main")?.focus()}>Skip to the pictures</button>
      ${
        error
          ? html`<div class="banner error" role="alert">
              <span>Reloading failed, what is shown is as of before: ${error}</span>
              <button @click=${reload}>Try again</button>
            </div>`
          : nothing
      }
      <dr-sidebar role="complementary" aria-label="What to show"></dr-sidebar>
      <main tabindex="-1">
        <p class="visually-hidden" role="status">
          ${layer === null ? nothing : `Layer ${layer}, base run ${selectedRuns.value[0]}`}
        </p>
        ${notHere.value ? html`<p class="muted banner" role="status">${notHere.value}</p>` : nothing}
        <dr-verdicts></dr-verdicts>
        <dr-overview></dr-overview>
        ${
          layer === null
            ? html`<div class="wait">${overviewsLate("Looking for dead units")}</div>`
            : html`<dr-detail></dr-detail>${
                firstReadableRun.value === null
                  ? nothing
                  : html`<dr-inspector></dr-inspector><dr-worst-units></dr-worst-units>`
              }`
        }
        <dr-layer-table></dr-layer-table>
        <dr-tooltip></dr-tooltip>
      </main>
      <dr-help></dr-help>
    `;
  }

  override updated(): void {
    this.setAttribute("theme", dark.value ? "dark" : "light");
  }
}

define("dr-app", App);
