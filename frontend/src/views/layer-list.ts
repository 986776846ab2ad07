import { html, nothing, type TemplateResult } from "lit/html.js";
import { plural, whole } from "../lib/format";
import { own } from "../lib/own";
import { NOT_FINITE } from "../lib/words";
import { overview } from "../state/data";
import { chooseLayer, colourOf, layerInfo, layerNames, shownLayer, shownRuns } from "../state/view";
import { nonFinite } from "../wire/api";
import { css } from "./css";
import { listStyles, nameParts } from "./sidebar-styles";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";

const FILTER_FROM = 8;
/** Rows that far from what is in sight, in CSS pixels, are not cut to their width. */
const NEAR = 600;
/** With more runs, their counts get a line of their own: names need the room. */
const COUNTS_BESIDE = 2;

/** Chooses a layer, and says how many of its units are dead. */
export class LayerList extends SignalElement {
  static override properties = { filter: "" };
  declare filter: string;
  #scrolledTo = "";

  static override styles = [
    common,
    listStyles,
    css`
      label {
        gap: 0 4px;
        scroll-margin: 30px;
      }
      .below label {
        flex-wrap: wrap;
        padding-bottom: 5px;
      }
      .below .name {
        flex-basis: 100%;
      }
      /* Clips are what hundreds of rows cost in every frame of a moving view. */
      .list {
        overflow-x: hidden;
      }
      label:not([near]) .name span {
        overflow: visible;
        min-width: 0;
      }
      .on {
        background: var(--hover);
        box-shadow: inset 3px 0 var(--accent);
        font-weight: 500;
      }
      /* The row shows the choice and the focus; the button itself is for the keyboard and screen readers. */
      input[type="radio"] {
        position: absolute;
        width: 13px;
        height: 13px;
        appearance: none;
        border: 0;
        outline: 0;
        pointer-events: none;
      }
      .count {
        min-width: 34px;
        padding-right: 4px;
        border-right: 4px solid var(--colour);
        text-align: right;
        font-size: 12px;
        font-weight: 400;
        line-height: 14px;
      }
      .below .count {
        flex: 1;
        min-width: 0;
      }
      .some {
        color: var(--dead);
        font-weight: 500;
      }
    `,
  ];

  override connected(): () => void {
    addEventListener("resize", this.#mark);
    return () => removeEventListener("resize", this.#mark);
  }

  override render(): TemplateResult {
    const all = layerNames.value;
    const current = shownLayer.value;
    const wanted = this.filter.trim().toLowerCase();
    const names = all.filter((layer) => layer === current || layer.toLowerCase().includes(wanted));
    const runs = shownRuns.value;
    const others = names.length - (current !== null && !current.toLowerCase().includes(wanted) ? 1 : 0);
    return html`
      <h2 id="title">Layers <span class="muted">dead units</span></h2>
      ${
        all.length >= FILTER_FROM || wanted
          ? html`<input type="search" placeholder="Filter" aria-label="Filter layers" .value=${this.filter}
              @input=${(event: Event) => {
                this.filter = (event.target as HTMLInputElement).value;
              }} />
              <p role="status" ?hidden=${others > 0}>${others > 0 ? nothing : "No layer matches."}</p>`
          : nothing
      }
      <div class="list ${runs.length > COUNTS_BESIDE ? "below" : ""}" role="radiogroup" aria-labelledby="title" @scroll=${this.#mark}>
        ${names.map((layer) => {
          const counts = runs.map((run) => deadAtEnd(run, layer));
          const spoken = counts.map(({ run, about }) => `${run}: ${about}`);
          return html`<label class=${layer === current ? "on" : ""} title=${layer}>
            <input type="radio" name="layer" aria-label=${[layer, ...spoken].join("; ")}
              .checked=${layer === current} @change=${() => chooseLayer(layer)} />
            ${nameParts(layer)} ${counts.map(count)}
          </label>`;
        })}
      </div>
    `;
  }

  override updated(): void {
    const wanted = `${shownLayer.peek()}\n${this.filter}`;
    if (wanted !== this.#scrolledTo)
      this.renderRoot.querySelector(".on")?.scrollIntoView({ block: "nearest" });
    this.#scrolledTo = wanted;
    this.#mark();
  }

  /** Marks the rows in or near sight. */
  readonly #mark = (): void => {
    const list = this.renderRoot.querySelector(".list") as HTMLElement;
    const rows = [...list.children];
    const { scrollTop, scrollHeight, clientHeight } = list;
    rows.forEach((row, i) => {
      const top = (i / rows.length) * scrollHeight - scrollTop;
      row.toggleAttribute("near", top > -NEAR && top < clientHeight + NEAR);
    });
  };
}

function count({ run, text, about, some }: Count): TemplateResult {
  const colour = `--colour:var(--run${colourOf(run)})`;
  return html`<span class="count ${some ? "some" : "muted"}" style=${colour} title="${run}: ${about}">${text}</span>`;
}

interface Count {
  readonly run: string;
  readonly text: string;
  readonly about: string;
  readonly some: boolean;
}

function deadAtEnd(run: string, layer: string): Count {
  const info = layerInfo(run, layer);
  if (!info) return { run, text: "–", about: "no such layer", some: false };
  if (info.problem !== null) return { run, text: "!", about: info.problem, some: true };
  const { value, error } = overview(run).state.value;
  if (!value) return { run, text: error ? "!" : "…", about: error ?? "not yet known", some: error !== null };
  const known = own(value.layers, layer);
  // Summary ops write none.
  if (!known) return { run, text: "?", about: "dead units not known, for want of an overview", some: false };
  const dead = known.states.dead?.at(-1) ?? 0;
  const bad = nonFinite(known);
  const about = `${known.can_die ? "dead" : "dead, for its units can't die"}${bad ? `; ${whole(bad)} ${NOT_FINITE}` : ""}`;
  return {
    run,
    text: bad ? `${dead || ""}⚠ NaN` : whole(dead),
    about: `${whole(dead)} of ${plural(known.units, "unit")} ${about}`,
    some: dead + bad > 0,
  };
}

define("dr-layer-list", LayerList);
