import { html, type TemplateResult } from "lit/html.js";
import { css } from "./css";
import { helpShown } from "./shortcuts";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";
import "./copy-link";
import "./layer-list";
import "./runs-list";

/** Chooses what the page shows. */
export class Sidebar extends SignalElement {
  static override styles = [
    common,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 10px;
        padding-top: 10px;
        background: var(--sidebar);
        border-right: 1px solid var(--line);
        min-height: 0;
        overflow-y: auto;
      }
      dr-runs-list {
        flex: none;
        max-height: 45%;
        min-height: 150px;
      }
      dr-layer-list {
        flex: 1;
        min-height: 160px;
      }
      .foot {
        display: flex;
        align-items: flex-start;
        gap: 6px;
        padding: 8px 12px;
        border-top: 1px solid var(--line);
      }
      dr-copy-link {
        flex: 1;
        min-width: 0;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`
      <dr-runs-list></dr-runs-list>
      <dr-layer-list></dr-layer-list>
      <div class="foot">
        <dr-copy-link></dr-copy-link>
        <button aria-label="Help: keys" aria-haspopup="dialog" title="Keys (?)"
          @click=${() => {
            helpShown.value = true;
          }}>?</button>
      </div>
    `;
  }
}

define("dr-sidebar", Sidebar);
