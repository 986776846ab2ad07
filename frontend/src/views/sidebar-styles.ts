import { html, type TemplateResult } from "lit/html.js";
import { css } from "./css";

/** Of both lists. */
export const listStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  h2 {
    display: flex;
    justify-content: space-between;
    align-items: baseline;
    gap: 6px;
    padding: 0 12px 4px;
    font-weight: 500;
  }
  h2 .muted,
  p {
    font-weight: 400;
    font-size: 11px;
    line-height: 15px;
  }
  p {
    padding: 2px 12px;
  }
  .list {
    position: relative;
    flex: 1;
    min-height: 52px;
    overflow-y: auto;
  }
  ul {
    list-style: none;
  }
  label {
    display: flex;
    align-items: center;
    gap: 6px;
    padding: 3px 12px;
    min-height: 24px;
    cursor: pointer;
  }
  label:hover {
    background: var(--hover);
  }
  label:has(:focus-visible) {
    outline: 2px solid var(--focus);
    outline-offset: -2px;
  }
  .name {
    display: flex;
    flex: 1;
    min-width: 0;
    white-space: pre;
  }
  .name span {
    flex: none;
  }
  .name span:first-child {
    flex: 0 1 auto;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  input[type="search"] {
    border-color: var(--axis);
    margin: 0 12px 4px;
    padding: 3px 6px;
    width: calc(100% - 24px);
  }
  input::placeholder {
    color: var(--muted);
    opacity: 1;
  }
`;

const TAIL = 9;

/** A name that, where it is too long, is shortened in the middle: names often differ at their ends. */
export function nameParts(name: string): TemplateResult {
  const cut = name.length > 2 * TAIL ? name.length - TAIL : name.length;
  return html`<span class="name"><span>${name.slice(0, cut)}</span><span>${name.slice(cut)}</span></span>`;
}
