import { css } from "./css";
import { GUTTER_LEFT, GUTTER_RIGHT } from "./styles";

export const STRIP_AXIS_HEIGHT = 20;

export const stripStyles = css`
  :host {
    display: block;
    position: relative;
    min-width: 0;
  }
  .plot {
    position: relative;
    cursor: pointer;
  }
  /* While the view moves, the picture reaches out of its place. */
  .clip {
    height: 100%;
    overflow: hidden;
  }
  canvas {
    display: block;
    width: 100%;
    height: 100%;
    transform-origin: 0;
  }
  .row,
  .at,
  .line {
    position: absolute;
    pointer-events: none;
  }
  .row {
    left: 0;
    right: 0;
    /* Around the row: within it a line would hide rows of few pixels. */
    outline: 1px solid #fff;
    box-shadow: 0 0 0 2px #202124;
  }
  .at {
    left: 0;
    right: 0;
    outline: 2px solid var(--focus);
    scroll-margin: 20px 0;
  }
  .line {
    top: 0;
    bottom: 0;
    width: 1px;
    background: #fff;
    box-shadow: 0 0 0 1px rgb(0 0 0 / 0.55);
  }
  /* At the top, for the strip may be longer than what is seen of it. */
  .over {
    position: absolute;
    inset: 0 0 auto;
    height: 100%;
    max-height: 120px;
    overflow: auto;
    pointer-events: none;
  }
  .error,
  .note {
    pointer-events: auto;
  }
  .axis {
    position: sticky;
    bottom: 0;
    z-index: 1;
    /* The mark of the last row reaches out of the plot. */
    margin: 2px -${GUTTER_RIGHT}px 0 -${GUTTER_LEFT}px;
    padding-left: ${GUTTER_LEFT}px;
    /* Its room before the axis is drawn, too: the strip's width is observed, and must not change its height. */
    min-height: ${STRIP_AXIS_HEIGHT - 2}px;
    background: var(--surface);
  }
  svg {
    display: block;
    overflow: visible;
    width: 1px;
    height: ${STRIP_AXIS_HEIGHT - 2}px;
  }
  line {
    stroke: var(--axis);
  }
  text {
    fill: var(--muted);
    font-size: 11px;
  }
`;
