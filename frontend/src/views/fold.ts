import { html, nothing, type TemplateResult } from "lit/html.js";
import { css } from "./css";
import { keep, recall } from "./remembered";

/** Parts of the page that are folded away until they are wanted, and stay as they were left. */

const PREFIX = "dead_relu.open.";

export function isOpen(name: string): boolean {
  return recall(PREFIX + name) === "true";
}

/** @param content Made only while the part is open: what isn't looked at is neither fetched nor drawn. */
export function fold(
  title: string,
  open: boolean,
  toggle: (open: boolean) => void,
  content: () => TemplateResult | typeof nothing,
): TemplateResult {
  return html`<details ?open=${open}
    @toggle=${(event: Event) => toggle((event.target as HTMLDetailsElement).open)}>
    <summary><h2>${title}</h2></summary>
    ${open ? content() : nothing}
  </details>`;
}

export function remember(name: string, open: boolean): void {
  keep(PREFIX + name, String(open));
}

/** A choice among the runs; nothing where there is none to make. */
export function runChoice(
  runs: readonly string[],
  chosen: string,
  choose: (run: string) => void,
): TemplateResult | typeof nothing {
  if (runs.length < 2) return nothing;
  return html`<label>run
    <select @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
      ${runs.map((run) => html`<option value=${run} ?selected=${run === chosen}>${run}</option>`)}
    </select>
  </label>`;
}

export const foldStyles = css`
  :host {
    display: block;
    margin: 8px 16px 0;
    border-top: 1px solid var(--line);
  }
  summary {
    padding: 4px 0;
    cursor: pointer;
  }
  summary h2 {
    display: inline;
    font-weight: 500;
  }
  .about {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 16px;
    margin-bottom: 6px;
    color: var(--muted);
  }
  select {
    max-width: 260px;
  }
  a {
    color: var(--focus);
    padding: 3px 0;
  }
  .wait {
    position: relative;
    height: 60px;
  }
`;
