import { html, type TemplateResult } from "lit/html.js";
import { css } from "./css";
import { HEATMAP_KEYS } from "./keys";
import { helpShown, SHORTCUTS, shortcutsOn, switchShortcuts } from "./shortcuts";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";

/** See views/strip.ts and lib/grid-keys.ts. */
const OVERVIEW_KEYS = [
  { keys: "← → ↑ ↓", meaning: "go through records and layers" },
  { keys: "Enter", meaning: "show the layer" },
] as const;

/** The list of keys. */
export class Help extends SignalElement {
  static override styles = [
    common,
    css`
      dialog {
        width: 540px;
        max-height: calc(100% - 40px);
        padding: 16px 20px;
        border: 1px solid var(--line);
        border-radius: 6px;
        color: var(--text);
        background: var(--raised);
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.35);
      }
      h2 {
        font-size: 18px;
        line-height: 24px;
      }
      h3 {
        margin-top: 12px;
        font-weight: 500;
      }
      dl {
        display: grid;
        grid-template-columns: 250px 1fr;
        gap: 2px 16px;
        margin: 4px 0 0;
      }
      dt {
        font-weight: 500;
      }
      dd {
        margin: 0;
      }
      input {
        margin: 0 4px 0 0;
        vertical-align: -2px;
      }
      form {
        margin-top: 14px;
        text-align: right;
      }
    `,
  ];

  override render(): TemplateResult {
    void helpShown.value;
    return html`<dialog aria-labelledby="title" @close=${close} @click=${closeOutside}>
      <h2 id="title">Keys</h2>
      <h3>Anywhere but in a field</h3>
      <label><input type="checkbox" .checked=${shortcutsOn.value} @change=${switched} /> use these keys</label>
      ${listed(SHORTCUTS)}
      <h3>In a picture of a layer</h3>
      ${listed(HEATMAP_KEYS)}
      <h3>In a strip of the overview</h3>
      ${listed(OVERVIEW_KEYS)}
      <form method="dialog"><button autofocus>Close</button></form>
    </dialog>`;
  }

  override updated(): void {
    const dialog = this.renderRoot.querySelector("dialog");
    if (helpShown.peek() && !dialog?.open) dialog?.showModal();
  }
}

function listed(all: readonly { readonly keys: string; readonly meaning: string }[]): TemplateResult {
  return html`<dl>${all.map(({ keys, meaning }) => html`<dt>${keys}</dt><dd>${meaning}</dd>`)}</dl>`;
}

function switched(event: Event): void {
  switchShortcuts((event.target as HTMLInputElement).checked);
}

function close(): void {
  helpShown.value = false;
}

function closeOutside(event: MouseEvent): void {
  // The dialog itself is the target only beside its content: on the backdrop, and on its padding.
  const dialog = event.currentTarget as HTMLDialogElement;
  if (event.target !== dialog) return;
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  if (x < left || x > right || y < top || y > bottom) dialog.close();
}

define("dr-help", Help);
