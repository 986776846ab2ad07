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

/** The elements to be drawn. */
const waiting = new Set<SignalElement>();
/** Of the drawing that is under way or to come: it never rejects. */
let drawing: Promise<void> | null = null;

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
  #depth = 0;
  #stop: (() => void) | undefined;
  #leave: (() => void) | undefined;

  constructor() {
    super();
    const { properties, styles } = this.constructor as typeof SignalElement;
    this.values = { ...properties };
    this.renderRoot.adoptedStyleSheets = styles.map(sheetOf);
  }

  connectedCallback(): void {
    this.#depth = depthOf(this);
    this.requestUpdate();
    void drawing?.then(() => {
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
    if (!this.isConnected) return;
    waiting.add(this);
    drawing ??= Promise.resolve().then(() => SignalElement.#drawAll());
  }

  /** Parents first: a child is never drawn with what its parent is about to change or to take out. */
  static #drawAll(): void {
    while (waiting.size) {
      let next: SignalElement | undefined;
      for (const one of waiting) if (!next || one.#depth < next.#depth) next = one;
      if (next) next.#draw();
    }
    drawing = null;
  }

  #draw(): void {
    this.#stop?.();
    if (!this.isConnected) {
      waiting.delete(this);
      return;
    }
    let first = true;
    this.#stop = effect(() => {
      if (!first) {
        this.requestUpdate();
        return;
      }
      first = false;
      try {
        try {
          render(this.render(), this.renderRoot, { host: this });
        } finally {
          // What render() itself changes needs no other drawing.
          waiting.delete(this);
        }
        this.updated();
      } catch (error) {
        // Reported; what was read until then is followed, so that the next change tries again.
        void Promise.reject(error);
      }
    });
    if (!this.isConnected) this.#stop();
  }
}

function depthOf(node: Node): number {
  let depth = 0;
  for (let at: Node | null = node; at; at = at.parentNode ?? (at as Partial<ShadowRoot>).host ?? null)
    depth++;
  return depth;
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
