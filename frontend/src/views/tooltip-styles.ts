import { css } from "./css";

export const tooltipStyles = css`
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
