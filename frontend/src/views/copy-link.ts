import { signal } from "@preact/signals-core";
import { html, nothing, type TemplateResult } from "lit/html.js";
import { linkToView } from "../state/view";
import { css } from "./css";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";

const SAID_FOR_MS = 3000;

const copied = signal<{ readonly text: string; readonly done: boolean } | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Puts the address of what is shown on the clipboard, or where that is forbidden into a field to copy it from. */
export async function copyLink(): Promise<void> {
  const text = linkToView();
  let done = true;
  try {
    // Not there at all where TensorBoard is served over plain http from another machine.
    await navigator.clipboard.writeText(text);
  } catch {
    done = copyByCommand(text);
  }
  copied.value = { text, done };
  clearTimeout(timer);
  if (!done) return;
  timer = setTimeout(() => {
    copied.value = null;
  }, SAID_FOR_MS);
}

function copyByCommand(text: string): boolean {
  let done = false;
  const put = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    done = event.clipboardData !== null;
  };
  document.addEventListener("copy", put);
  document.execCommand("copy");
  document.removeEventListener("copy", put);
  return done;
}

export class CopyLink extends SignalElement {
  #selected: unknown = null;

  static override styles = [
    common,
    css`
      :host {
        display: block;
      }
      input {
        border-color: var(--axis);
        width: 100%;
        padding: 3px 6px;
      }
    `,
  ];

  override render(): TemplateResult {
    const now = copied.value;
    const field = now && !now.done ? now.text : null;
    return html`
      <button title="Copy the address of this view" @click=${copyLink}>Copy link</button>
      <span role="status">${now?.done ? "Copied" : field ? "Copy this:" : nothing}</span>
      ${field === null ? nothing : html`<input readonly aria-label="Link to this view" .value=${field} />`}
    `;
  }

  override updated(): void {
    const now = copied.peek();
    if (now === this.#selected) return;
    this.#selected = now;
    const field = this.renderRoot.querySelector("input");
    field?.focus();
    field?.select();
  }
}

define("dr-copy-link", CopyLink);
