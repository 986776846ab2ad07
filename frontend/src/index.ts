import { reload } from "./state/data";
import { followTheme, onReload } from "./state/host";
import { followView } from "./state/view";
import "./views/app";

/** TensorBoard calls this once, when the tab is first opened. */
export function render(): void {
  // TensorBoard shows a blank frame for an exception here, which helps nobody.
  try {
    window.addEventListener("unhandledrejection", ({ reason }) => report("had an error", reason), {
      once: true,
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

function report(what: string, error: unknown): void {
  const message = document.createElement("pre");
  message.setAttribute("role", "alert");
  message.style.cssText =
    "position:fixed;inset:auto 0 0 0;z-index:20;margin:0;padding:12px 16px;max-height:50%;overflow:auto;" +
    "white-space:pre-wrap;font:12px monospace;background:#fce8e6;color:#202124";
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  message.textContent = `The Dead ReLU tab ${what}. Please report this:\n\n${text}`;
  document.body.append(message);
}
