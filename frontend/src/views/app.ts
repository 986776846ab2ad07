import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { layers, reload } from "../state/data";
import { dark } from "../state/host";
import { runNames, shownLayer } from "../state/selection";
import { emptyState, failedState } from "./empty";
import { SignalElement } from "./signal-element";
import { common, theme } from "./styles";
import "./detail";
import "./late";
import "./sidebar";
import "./tooltip";

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
        grid-template: auto minmax(0, 1fr) / clamp(180px, 17vw, 240px) minmax(0, 1fr);
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
      dr-detail,
      .wait {
        grid-row: 2;
      }
      .wait {
        position: relative;
      }
      .empty {
        grid-column: 1 / -1;
        grid-row: 2;
        justify-self: center;
        padding: 48px 24px;
        max-width: 640px;
        display: flex;
        flex-direction: column;
        gap: 12px;
      }
      .empty h1 {
        font-size: 20px;
        line-height: 28px;
      }
      .all {
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

  override render(): TemplateResult {
    const { value, error, loading } = layers().state.value;
    if (!value) {
      return error && !loading
        ? failedState(error, reload)
        : html`<div class="wait all"><dr-late .delay=${300}>Loading…</dr-late></div>`;
    }
    if (!runNames.value.length) return emptyState();
    return html`
      ${
        error
          ? html`<div class="banner error" role="alert">
              <span>Reloading failed: ${error} What is shown is as of before.</span>
              <button @click=${reload}>Try again</button>
            </div>`
          : nothing
      }
      <dr-sidebar role="region" aria-label="What to show"></dr-sidebar>
      ${
        shownLayer.value === null
          ? html`<div class="wait"><dr-late .delay=${300}>Looking for dead units…</dr-late></div>`
          : html`<dr-detail role="main"></dr-detail>`
      }
      <dr-tooltip></dr-tooltip>
    `;
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.setAttribute("theme", dark.value ? "dark" : "light");
  }
}

customElements.define("dr-app", App);
