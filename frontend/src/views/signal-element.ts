import { effect } from "@preact/signals-core";
import { render } from "lit/html.js";

const sheets = new Map<string, CSSStyleSheet>();

/** One for all elements that share it. */
function sheetOf(text: string): CSSStyleSheet {
  let sheet = sheets.get(text);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    sheets.set(text, sheet);
  }
  return sheet;
}

/**
 * An element whose template is drawn into its shadow root, soon after it is connected, after one of its properties has
 * changed, and after a signal has that its last render() or updated() read.
 */
export abstract class SignalElement extends HTMLElement {
  /** The properties that render() depends on, with their first values. */
  static properties: Readonly<Record<string, unknown>> = {};
  static styles: readonly string[] = [];

  readonly renderRoot = this.attachShadow({ mode: "open" });
  /** What the properties are now. */
  readonly values: Record<string, unknown>;
  #pending = false;
  #drawn: Promise<void> = Promise.resolve();
  #stop: (() => void) | undefined;
  #leave: (() => void) | undefined;

  constructor() {
    super();
    const { properties, styles } = this.constructor as typeof SignalElement;
    this.values = { ...properties };
    this.renderRoot.adoptedStyleSheets = styles.map(sheetOf);
  }

  connectedCallback(): void {
    this.requestUpdate();
    void this.#drawn.then(() => {
      if (this.isConnected) this.#leave ??= this.connected();
    });
  }

  disconnectedCallback(): void {
    this.#stop?.();
    this.#leave?.();
    this.#leave = undefined;
  }

  abstract render(): unknown;

  /** Called after each drawing. */
  updated(): void {}

  /** Called when what is connected is drawn; what it gives, when it is taken out again. */
  connected(): (() => void) | undefined {
    return undefined;
  }

  /** Draws again, once for all changes that come together. */
  requestUpdate(): void {
    if (this.#pending || !this.isConnected) return;
    this.#pending = true;
    this.#drawn = Promise.resolve().then(() => this.#draw());
  }

  #draw(): void {
    this.#stop?.();
    let first = true;
    this.#stop = effect(() => {
      if (!first) {
        this.requestUpdate();
        return;
      }
      first = false;
      try {
        render(this.render(), this.renderRoot, { host: this });
      } finally {
        // What render() itself changes needs no other drawing.
        this.#pending = false;
      }
      this.updated();
    });
    if (!this.isConnected) this.#stop();
  }
}

/** Makes elements of a class known by a name. */
export function define(name: string, element: CustomElementConstructor & typeof SignalElement): void {
  for (const property in element.properties) {
    Object.defineProperty(element.prototype, property, {
      get(this: SignalElement) {
        return this.values[property];
      },
      set(this: SignalElement, value: unknown) {
        if (value === this.values[property]) return;
        this.values[property] = value;
        this.requestUpdate();
      },
    });
  }
  customElements.define(name, element);
}
