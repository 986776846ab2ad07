import { html, svg, type TemplateResult } from "lit/html.js";
import { NOT_FINITE, SEVERITY_MEANING, type Severity } from "../lib/words";
import { css } from "./css";

/** A layer's or a run's severity as a shape and a word: colour alone says nothing to many people. */

const SHAPES: Record<Severity, TemplateResult> = {
  ok: svg`<path d="M1 5.5 4 8.5 9 2" fill="none" stroke="currentColor" stroke-width="2" />`,
  watch: svg`<path d="M5 .5 9.8 9.5H.2Z" fill="currentColor" />`,
  sick: svg`<path d="M3 0h4l3 3v4l-3 3H3L0 7V3Z" fill="currentColor" />`,
};

/** @param bad Whether units are not finite: then there being no dead one is no good news. */
export function severityMark(severity: Severity, bad: boolean): TemplateResult {
  const odd = bad && severity === "ok";
  const grade = odd ? "watch" : severity;
  return html`<span class="severity ${grade}" title=${odd ? NOT_FINITE : SEVERITY_MEANING[grade]}
    ><svg viewBox="0 0 10 10" aria-hidden="true">${SHAPES[grade]}</svg>${odd ? "not finite" : grade}</span
  >`;
}

export const severityStyles = css`
  .severity {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    white-space: nowrap;
    vertical-align: top;
  }
  .severity svg {
    width: 10px;
    height: 10px;
    flex: none;
  }
  .ok {
    color: var(--ok);
  }
  .watch {
    color: var(--watch);
  }
  .sick {
    color: var(--dead);
  }
`;
