import { THEMES, type Theme } from "../render/theme";
import { css } from "./css";

/** --run0 to --run7, those of the canvases. */
function runColours(name: Theme): string {
  return THEMES[name].runs.map((colour, i) => `--run${i}: ${colour};`).join(" ");
}

/** Colours and type shared by all views; custom properties reach into every shadow root. */

export const theme = css`
  :host {
    --surface: #fff;
    --raised: #fff;
    --sidebar: #fafafa;
    --text: #202124;
    --muted: #5f6368;
    --line: #e0e2e6;
    --axis: #9aa0a6;
    --accent: #e8710a;
    --focus: #1a73e8;
    --hover: #f1f3f4;
    --dead: #d0003c;
    --watch: #945700;
    --ok: #137333;
    --warn-surface: #fef7e0;
    --warn-line: #f0c54a;
    --error-surface: #fce8e6;
    --error-line: #e58a82;
    ${runColours("light")}
    --shadow: 0 1px 3px rgb(0 0 0 / 0.25), 0 4px 14px rgb(0 0 0 / 0.15);
    color-scheme: light;
    color: var(--text);
    background: var(--surface);
    font: 13px / 18px Roboto, "Helvetica Neue", Helvetica, Arial, sans-serif;
    font-variant-numeric: tabular-nums;
  }
  :host([theme="dark"]) {
    --surface: #303030;
    --raised: #424242;
    --sidebar: #383838;
    --text: #f1f3f4;
    --muted: #bdc1c6;
    --line: #4f5054;
    --axis: #80868b;
    --focus: #8ab4f8;
    --hover: #45464a;
    --dead: #ff9ab3;
    --watch: #fdd663;
    --ok: #81c995;
    --warn-surface: #4a4328;
    --warn-line: #8a742b;
    --error-surface: #4d3230;
    --error-line: #a05a54;
    ${runColours("dark")}
    --shadow: 0 1px 3px rgb(0 0 0 / 0.6), 0 4px 14px rgb(0 0 0 / 0.5);
    color-scheme: dark;
  }
`;

export const common = css`
  * {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 1px;
  }
  button,
  select,
  input:where(:not([type="checkbox"], [type="radio"])) {
    font: inherit;
    color: inherit;
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: 4px;
  }
  button {
    padding: 3px 10px;
    cursor: pointer;
  }
  button:hover {
    background: var(--hover);
  }
  button:disabled {
    color: var(--muted);
    cursor: default;
  }
  .link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--focus);
    text-align: left;
  }
  .link:hover {
    text-decoration: underline;
  }
  h1,
  h2,
  h3,
  p,
  ul {
    margin: 0;
    padding: 0;
    font: inherit;
  }
  code {
    font: 12px / 18px "Roboto Mono", ui-monospace, Menlo, Consolas, monospace;
  }
  .swatch {
    flex: none;
    width: 10px;
    height: 10px;
    border-radius: 50%;
  }
  .muted {
    color: var(--muted);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .note {
    padding: 5px 10px;
    border-left: 3px solid var(--warn-line);
    background: var(--warn-surface);
    border-radius: 2px;
  }
  .error {
    padding: 8px 12px;
    border-left: 3px solid var(--error-line);
    background: var(--error-surface);
    border-radius: 2px;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      animation: none !important;
      transition: none !important;
      scroll-behavior: auto !important;
    }
  }
`;

/** Room beside every plot, the same everywhere so that the step axes line up. */
export const GUTTER_LEFT = 52;
export const GUTTER_RIGHT = 14;
