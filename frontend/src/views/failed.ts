import { html, type TemplateResult } from "lit/html.js";
import { reload } from "../state/data";

/** Says what could not be fetched and why, and lets it be tried again. */
export function failed(what: string, error: string): TemplateResult {
  return html`<div class="error" role="alert">${what}: ${error} <button @click=${reload}>Try again</button></div>`;
}
