import { reload } from "./state/data";
import { dark, followTheme, onReload } from "./state/host";
import { followView } from "./state/view";
import "./views/app";

/** TensorBoard calls this once, when the tab is first opened. */
export function render(): void {
  // TensorBoard shows a blank frame for an exception here, which helps nobody.
  try {
    window.addEventListener("unhandledrejection", ({ reason }) => report("had an error", reason));
    window.addEventListener("error", ({ error, message }) => {
      // Not an error: the browser says that it puts off a part of the layout to the next frame.
      if (!message.startsWith("ResizeObserver loop")) report("had an error", error ?? message);
    });
    followTheme();
    followView();
    document.documentElement.lang = "en";
    document.title = "Dead ReLU";
    document.body.append(document.createElement("dr-app"));
    onReload(reload);
  } catch (error) {
    report("couldn't start", error);
  }
}

let panel: HTMLElement | null = null;

/** The newest error, until it is closed. The page's style sheets may be what is missing. */
function report(what: string, error: unknown): void {
  panel?.remove();
  panel = document.createElement("pre");
  panel.setAttribute("role", "alert");
  const [surface, text] = dark.peek() ? ["#5c1f1b", "#fce8e6"] : ["#fce8e6", "#202124"];
  panel.style.cssText =
    "position:fixed;inset:auto 0 0 0;z-index:20;margin:0;padding:12px 16px;max-height:50%;overflow:auto;" +
    `white-space:pre-wrap;font:12px monospace;background:${surface};color:${text}`;
  const close = document.createElement("button");
  close.textContent = "Close";
  close.style.cssText = "float:right;font:inherit";
  close.onclick = () => panel?.remove();
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  panel.append(close, `The Dead ReLU tab ${what}. Please report this:\n\n${cause}`);
  document.body.append(panel);
}
