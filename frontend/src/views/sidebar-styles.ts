import { css } from "lit";

export const sidebarStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: 14px;
    padding: 12px 0;
    background: var(--sidebar);
    border-right: 1px solid var(--line);
    min-height: 0;
    overflow-y: auto;
  }
  fieldset {
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
  }
  .layers {
    flex: 1 0 auto;
  }
  legend,
  .heading {
    display: flex;
    width: 100%;
    gap: 6px;
    justify-content: space-between;
    padding: 0 12px 4px;
    font-weight: 500;
  }
  legend .muted {
    font-weight: 400;
    font-size: 11px;
  }
  .runs .list {
    max-height: 240px;
    overflow-y: auto;
  }
  .list label {
    display: flex;
    align-items: center;
    gap: 6px;
    padding: 2px 12px;
    min-height: 24px;
    cursor: pointer;
  }
  .list label:hover {
    background: var(--hover);
  }
  .layers label.on {
    background: var(--hover);
    box-shadow: inset 3px 0 var(--accent);
    font-weight: 500;
  }
  .layers label:has(:focus-visible),
  .runs label:has(:focus-visible) {
    outline: 2px solid var(--focus);
    outline-offset: -2px;
  }
  input[type="checkbox"] {
    margin: 0;
    accent-color: var(--focus);
  }
  /* The row shows the choice and the focus; the radio button itself is for the keyboard and screen readers. */
  input[type="radio"] {
    position: absolute;
    opacity: 0;
    pointer-events: none;
  }
  .name {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .swatch {
    flex: none;
    width: 10px;
    height: 10px;
    border-radius: 50%;
    border: 1px solid var(--line);
  }
  .badge {
    min-width: 30px;
    text-align: right;
    font-size: 12px;
    font-weight: 400;
    border-right: 3px solid transparent;
    padding-right: 4px;
    line-height: 14px;
  }
  .some {
    color: var(--dead);
    font-weight: 500;
  }
  .small {
    font-size: 11px;
  }
  button.small {
    margin: 4px 12px 0;
    padding: 1px 8px;
  }
  .order {
    display: block;
  }
  select,
  input[type="search"] {
    font: inherit;
    color: inherit;
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: 4px;
    margin: 0 12px 4px;
    padding: 3px 6px;
    width: calc(100% - 24px);
  }
`;
