import { css } from "./css";
import { GUTTER_LEFT, GUTTER_RIGHT } from "./styles";

export const heatmapStyles = css`
  :host {
    display: grid;
    grid-template: minmax(0, 1fr) 18px 15px / ${GUTTER_LEFT}px minmax(0, 1fr) ${GUTTER_RIGHT}px;
    min-height: 0;
    min-width: 0;
    position: relative;
  }
  .plot {
    grid-area: 1 / 2;
    position: relative;
    min-height: 0;
    cursor: crosshair;
    outline-offset: 2px;
    touch-action: pan-y;
    user-select: none;
  }
  /* While it has the focus, the wheel zooms. */
  .plot:focus:not(:focus-visible) {
    outline: 1px solid var(--axis);
  }
  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }
  .brush {
    position: absolute;
    background: rgb(255 255 255 / 0.25);
    border: 1px solid #fff;
    outline: 1px solid #000;
    pointer-events: none;
  }
  /* Not within the plot, which takes pointers and keys for itself. */
  .over {
    grid-area: 1 / 2;
    position: relative;
    pointer-events: none;
  }
  .marks {
    grid-area: 1 / 3;
    position: relative;
    margin-left: 3px;
    width: 6px;
  }
  svg {
    position: absolute;
    overflow: visible;
    left: 0;
    top: 0;
    width: 1px;
    height: 1px;
    pointer-events: none;
  }
  svg.below {
    top: 100%;
  }
  /* At the unit that is chosen. */
  path {
    fill: var(--accent);
  }
  line {
    stroke: var(--axis);
  }
  text {
    fill: var(--muted);
    font-size: 11px;
  }
  .stale canvas {
    opacity: 0.5;
  }
  .title,
  .caption {
    font-size: 11px;
    line-height: 15px;
    color: var(--muted);
  }
  .title {
    grid-area: 1 / 1;
    writing-mode: vertical-rl;
    transform: rotate(180deg);
    align-self: center;
    justify-self: start;
    margin-left: -2px;
    max-height: 100%;
    overflow: hidden;
    white-space: nowrap;
  }
  .caption {
    grid-area: 3 / 2 / auto / span 2;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;
