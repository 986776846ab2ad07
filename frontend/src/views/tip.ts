import { css } from "./css";

/** What is said beside the pointer. */

const GAP = 12;
const LEAST_MARGIN = 4;

export const tipStyles = css`
  :host {
    position: fixed;
    z-index: 10;
    left: 0;
    top: 0;
    max-width: 360px;
    padding: 6px 11px;
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
`;

/** Puts an element of this size beside a place on the screen, on the side that has room. */
export function placeTip(
  element: HTMLElement,
  at: { readonly x: number; readonly y: number },
  [width, height]: readonly [number, number],
): void {
  const beside = (place: number, size: number, room: number) =>
    Math.max(LEAST_MARGIN, place + GAP + size > room ? place - GAP - size : place + GAP);
  element.style.transform = `translate(${beside(at.x, width, innerWidth)}px, ${beside(at.y, height, innerHeight)}px)`;
}
