import { reload } from "./state/data";
import { followTheme, onReload } from "./state/host";
import { followScan } from "./state/scan";
import { followSelection } from "./state/selection";
import "./views/app";

/** TensorBoard calls this once, when the tab is first opened. */
export function render(): void {
  // TensorBoard shows a blank frame for an exception here, which helps nobody.
  try {
    followTheme();
    followSelection();
    followScan();
    document.documentElement.lang = "en";
    document.title = "Dead ReLU";
    document.body.append(document.createElement("dr-app"));
    onReload(reload);
  } catch (error) {
    const message = document.createElement("pre");
    message.style.cssText =
      "padding:16px;white-space:pre-wrap;font:13px monospace;background:#fff;color:#202124";
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    message.textContent = `The Dead ReLU tab couldn't start. Please report this:\n\n${text}`;
    document.body.append(message);
  }
}
