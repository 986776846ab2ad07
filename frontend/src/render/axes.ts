import { svg, type TemplateResult } from "lit";
import { shortWhole, whole } from "../lib/format";
import { type Domain, ticks, toPixel } from "../lib/scale";

/** Axes as SVG groups: text stays sharp and follows the theme. Lengths are in CSS pixels. */

const ROOM_PER_STEP_LABEL = 80;
const ROOM_PER_UNIT_LABEL = 40;
const LINE = 12;

export function stepAxis(domain: Domain, width: number): TemplateResult[] {
  const steps = ticks(domain, Math.max(1, Math.floor(width / ROOM_PER_STEP_LABEL)));
  return steps.map((step) => {
    const x = toPixel(step, domain, width);
    const anchor = x < 14 ? "start" : x > width - 20 ? "end" : "middle";
    return svg`<g><line x1=${x} x2=${x} y1="0" y2="4" />
      <text x=${x} y="15" text-anchor=${anchor}>${shortWhole(step)}</text></g>`;
  });
}

/** Unit numbers where every row has room for one, else positions in the order of units, from 0 at the top. */
export function unitAxis(order: ArrayLike<number>, height: number): TemplateResult[] {
  const units = order.length;
  if (height / units >= LINE) {
    return Array.from(order, (unit, position) => {
      const y = ((position + 0.5) / units) * height;
      return svg`<text x="-5" y=${y + 4} text-anchor="end">${unit}</text>`;
    });
  }
  const at = ticks([0, units], Math.max(1, Math.floor(height / ROOM_PER_UNIT_LABEL)));
  if (at.length && units - at[at.length - 1] > units / 8) at.push(units);
  return at.map((position) => {
    const y = (position / units) * height;
    const baseline = Math.min(Math.max(y + 4, 10), height);
    return svg`<g><line x1="-4" x2="0" y1=${y} y2=${y} />
      <text x="-7" y=${baseline} text-anchor="end">${whole(position)}</text></g>`;
  });
}
