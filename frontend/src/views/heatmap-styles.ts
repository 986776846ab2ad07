import { css } from "lit";
import { GUTTER_LEFT, GUTTER_RIGHT } from "./styles";

export const heatmapStyles = css`
      :host {
        display: grid;
        grid-template: minmax(0, 1fr) 20px / ${GUTTER_LEFT}px minmax(0, 1fr) ${GUTTER_RIGHT}px;
        min-height: 0;
        position: relative;
      }
      .plot {
        grid-area: 1 / 2;
        position: relative;
        min-height: 0;
        cursor: crosshair;
        outline-offset: 2px;
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
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
      svg.steps {
        top: 100%;
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
      .title {
        grid-area: 1 / 1;
        writing-mode: vertical-rl;
        transform: rotate(180deg);
        align-self: center;
        justify-self: start;
        font-size: 11px;
        color: var(--muted);
        margin-left: -2px;
      }
    `;
