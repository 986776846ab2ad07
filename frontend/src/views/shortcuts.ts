import { signal } from "@preact/signals-core";
import { chooseBase, chooseLayer, layerNames, runNames, selectedRuns, shownLayer } from "../state/view";
import { copyLink } from "./copy-link";
import { keep, recall } from "./remembered";

/** The keys that work wherever the focus is. */

export interface Shortcut {
  readonly keys: string;
  readonly meaning: string;
  readonly run: () => void;
}

export const helpShown = signal(false);

const ON = "dead_relu.shortcuts";

/** Whether these keys do anything: some people's speech input or hands press them by accident. */
export const shortcutsOn = signal(recall(ON) !== "false");

export function switchShortcuts(on: boolean): void {
  shortcutsOn.value = on;
  keep(ON, String(on));
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: "n", meaning: "next layer", run: () => stepLayer(1) },
  { keys: "p", meaning: "previous layer", run: () => stepLayer(-1) },
  { keys: "b", meaning: "next chosen run as the base", run: nextBase },
  { keys: "c", meaning: "copy link", run: copyLink },
  {
    keys: "?",
    meaning: "these keys",
    run: () => {
      helpShown.value = true;
    },
  },
];

function stepLayer(by: number): void {
  const names = layerNames.peek();
  const layer = names[names.indexOf(shownLayer.peek() ?? "") + by];
  if (layer !== undefined) chooseLayer(layer);
}

function nextBase(): void {
  const chosen = selectedRuns.peek();
  // In the order of the list: that of the chosen ones changes with the base.
  const inOrder = runNames.peek().filter((run) => chosen.includes(run));
  const next = inOrder[(inOrder.indexOf(chosen[0]) + 1) % inOrder.length];
  if (next !== undefined) chooseBase(next);
}

export function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!shortcutsOn.peek() || helpShown.peek() || isTyping(event.composedPath()[0])) return;
  const found = SHORTCUTS.find(({ keys }) => keys === event.key);
  if (!found) return;
  event.preventDefault();
  found.run();
}

const TYPED_INTO = "input:not([type=checkbox], [type=radio], [type=range]), textarea, select";

function isTyping(target: EventTarget | undefined): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches(TYPED_INTO));
}
