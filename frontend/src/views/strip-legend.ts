import { html, nothing, type TemplateResult } from "lit/html.js";
import { SICK_SHARE } from "../lib/words";
import { css as cssColour } from "../render/ink";
import { cividis } from "../render/palettes";
import { sharePlace } from "../render/strip-image";
import { THEMES, type Theme } from "../render/theme";
import { css } from "./css";

/** What the colours and patterns of the overview's strips mean. */

const SHARES = [0, 0.001, 0.01, 0.1, SICK_SHARE, 1];

/** The patterns that occur besides the colours. */
export interface StripMarks {
  readonly immortal: boolean;
  readonly absent: boolean;
  readonly unknown: boolean;
}

export function stripLegend(name: Theme, marks: StripMarks): TemplateResult {
  const theme = THEMES[name];
  const red = cssColour(theme.dead);
  const [ground, dot] = [cssColour(theme.absent), cssColour(theme.absentDot)];
  const [odd, oddDot] = [cssColour(theme.invalid), cssColour(theme.invalidDot)];
  return html`<div class="legend">
    <span title="A fourth-root scale on which a single dead unit is set apart from none. Where several records lie on one pixel it shows the largest share.">dead share</span>
    ${SHARES.map((share) => {
      const colour = cssColour(cividis(sharePlace(share)));
      const hatch = `repeating-linear-gradient(135deg,${red} 0 3px,${colour} 3px 6px)`;
      const sick = share === SICK_SHARE ? ", sick" : "";
      return key(share < SICK_SHARE ? colour : hatch, share ? `${share * 100} %${sick}` : "none");
    })}
    ${
      marks.immortal
        ? key(`repeating-linear-gradient(45deg,${dot} 0 1px,${ground} 1px 5px)`, "can't die")
        : nothing
    }
    ${marks.absent ? key(dots(dot, ground, 5), "no such layer, or no record") : nothing}
    ${marks.unknown ? key(dots(oddDot, odd, 3), "units not finite (NaN, Inf)") : nothing}
  </div>`;
}

function key(background: string, text: string): TemplateResult {
  return html`<span><i style="background:${background}"></i>${text}</span>`;
}

function dots(dot: string, ground: string, size: number): string {
  return `radial-gradient(circle at 1px 1px,${dot} 1px,transparent 1.5px) 0 0/${size}px ${size}px ${ground}`;
}

export const stripLegendStyles = css`
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0 12px;
    font-size: 11px;
    line-height: 16px;
    color: var(--muted);
  }
  .legend span {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    white-space: nowrap;
  }
  .legend i {
    width: 16px;
    height: 10px;
    border-radius: 1px;
  }
`;
