import { signal } from "@preact/signals-core";
import { formatHash, NOTHING_CHOSEN, PLUGIN, parseHash, type View } from "./hash";

/**
 * What TensorBoard, the page around this frame, tells us and lets us change. Every access to the parent may
 * throw (notebooks can embed the frame from another origin), and the page must work without any of it.
 */

export const dark = signal(false);

/** Follows TensorBoard's theme switch; `prefers-color-scheme` doesn't. */
export function followTheme(): void {
  try {
    const body = window.parent.document.body;
    const read = () => {
      dark.value = body.classList.contains("dark-mode");
    };
    new MutationObserver(read).observe(body, { attributes: true, attributeFilter: ["class"] });
    read();
  } catch {
    const query = matchMedia("(prefers-color-scheme: dark)");
    query.addEventListener("change", () => {
      dark.value = query.matches;
    });
    dark.value = query.matches;
  }
}

/** The window whose URL holds the view: TensorBoard's, or where that is out of reach this frame's own. */
function owner(): Window {
  try {
    void window.parent.location.hash;
    return window.parent;
  } catch {
    return window;
  }
}

/** While another tab is open TensorBoard's hash is that tab's. */
function isOurs(where: Window): boolean {
  return where === window || where.location.hash.replace(/^#/, "").split("&")[0] === PLUGIN;
}

export function readView(): View {
  try {
    return parseHash(owner().location.hash);
  } catch {
    return NOTHING_CHOSEN;
  }
}

/** Browsers take some 100 to 200 changes of the address within 10 seconds, a drag makes 60 in one, and none is quick. */
const REST_MS = 125;
let asked = Number.NEGATIVE_INFINITY;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Writes the view into the URL: at once, or where it moves once it rests. */
export function writeView(view: View): void {
  clearTimeout(timer);
  const now = performance.now();
  if (now - asked < REST_MS) timer = setTimeout(write, REST_MS, view);
  else write(view);
  asked = now;
}

function write(view: View): void {
  const where = owner();
  const { hash, pathname, search } = where.location;
  const next = formatHash(hash, view);
  if (!isOurs(where) || next === hash) return;
  try {
    where.history.replaceState(where.history.state, "", pathname + search + next);
  } catch {
    // The next change writes it.
  }
}

/** The page's address with a view in it. */
export function addressOf(view: View): string {
  const where = owner();
  const { href, hash } = where.location;
  return href.split("#")[0] + formatHash(isOurs(where) ? hash : `#${PLUGIN}`, view);
}

/** Calls back when the user goes back or forward, or edits the URL. */
export function onViewInUrl(changed: (view: View) => void): void {
  const where = owner();
  where.addEventListener("hashchange", () => {
    if (isOurs(where)) changed(readView());
  });
}

const TOGETHER_MS = 50;

interface Message {
  type: string;
  id: number;
  payload?: unknown;
  error?: string | null;
  isReply?: boolean;
}

/** Calls back on TensorBoard's reload, by button or automatic. */
export function onReload(reload: () => void): void {
  if (window.parent === window) return;
  const { port1, port2 } = new MessageChannel();
  let timer: ReturnType<typeof setTimeout> | undefined;
  port1.onmessage = (event: MessageEvent<string>) => {
    let message: Message;
    try {
      message = JSON.parse(event.data) as Message;
    } catch {
      return;
    }
    if (message.isReply) return;
    if (message.type === "experimental.DataReloaded" || message.type === "experimental.RunsChanged") {
      // One reload sends both.
      clearTimeout(timer);
      timer = setTimeout(reload, TOGETHER_MS);
    }
    const reply: Message = { type: message.type, id: message.id, payload: null, error: null, isReply: true };
    port1.postMessage(JSON.stringify(reply));
  };
  window.parent.postMessage("experimental.bootstrap", "*", [port2]);
}
