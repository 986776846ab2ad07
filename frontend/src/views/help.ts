import { css, html, type TemplateResult } from "lit";
import { helpShown, SHORTCUTS } from "./shortcuts";
import { SignalElement } from "./signal-element";
import { common } from "./styles";

/** Of a picture of units that has the focus; see views/keys.ts. */
const PICTURE_KEYS = [
  ["← → ↑ ↓", "go through records and units"],
  ["Page Up / Page Down, Home / End", "ten units on; first or newest record"],
  ["Enter", "open the unit under the cursor"],
  ["Escape", "close what is open"],
  ["+ −", "zoom the axis"],
  ["Shift + ← →, or a d", "pan along the axis"],
  ["[ ]", "fewer or more units"],
  ["0", "show all again"],
] as const;

/** The list of keys. */
export class Help extends SignalElement {
  static override styles = [
    common,
    css`
      dialog {
        max-width: 460px;
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
        grid-template-columns: minmax(110px, auto) 1fr;
        gap: 2px 16px;
        margin: 4px 0 0;
      }
      dt {
        font-family: "Roboto Mono", ui-monospace, Menlo, Consolas, monospace;
        font-size: 12px;
      }
      dd {
        margin: 0;
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
      ${keys(SHORTCUTS.map(({ key, what }) => [key, what]))}
      <h3>In a picture of a layer</h3>
      ${keys(PICTURE_KEYS)}
      <form method="dialog"><button autofocus>Close</button></form>
    </dialog>`;
  }

  override updated(): void {
    const dialog = this.renderRoot.querySelector("dialog");
    if (helpShown.peek() && !dialog?.open) dialog?.showModal();
  }
}

function keys(pairs: readonly (readonly [string, string])[]): TemplateResult {
  return html`<dl>${pairs.map(([key, what]) => html`<dt>${key}</dt><dd>${what}</dd>`)}</dl>`;
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

customElements.define("dr-help", Help);
