import { css, html, LitElement, type TemplateResult } from "lit";

/** Shows its content over the middle of a plot, after a while: what is quick needs no announcement. */
export class Late extends LitElement {
  static override properties = { delay: { attribute: false }, due: { state: true } };
  declare delay: number;
  declare due: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = css`
    :host {
      position: absolute;
      inset: 0;
      display: grid;
      place-items: center;
      color: var(--muted);
      pointer-events: none;
    }
    ::slotted(*) {
      pointer-events: auto;
    }
  `;

  constructor() {
    super();
    this.delay = 0;
    this.due = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setTimeout(() => {
      this.due = true;
    }, this.delay);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.due = false;
  }

  override render(): TemplateResult {
    return html`<div role="status">${this.due ? html`<slot></slot>` : ""}</div>`;
  }
}

customElements.define("dr-late", Late);
