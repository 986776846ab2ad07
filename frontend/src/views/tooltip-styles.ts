import { css } from "lit";

export const tooltipStyles = css`
  :host {
    position: fixed;
    z-index: 10;
    left: 0;
    top: 0;
    max-width: 360px;
    padding: 8px 11px;
    background: var(--raised);
    color: var(--text);
    border-radius: 4px;
    box-shadow: var(--shadow);
    pointer-events: none;
    font-size: 12px;
    line-height: 17px;
    visibility: hidden;
  }
  :host([shown]) {
    visibility: visible;
  }
  header {
    display: flex;
    justify-content: space-between;
    gap: 16px;
    font-weight: 500;
  }
  .state {
    border-radius: 8px;
    padding: 0 7px;
    background: var(--hover);
    white-space: nowrap;
  }
  .dead {
    background: #d0003c;
    color: #fff;
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0 14px;
    margin: 4px 0 0;
  }
  dt,
  .muted {
    color: var(--muted);
  }
  dd {
    margin: 0;
    text-align: right;
  }
  p {
    margin: 4px 0 0;
  }
`;
