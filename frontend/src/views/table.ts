import { html, nothing, type TemplateResult } from "lit/html.js";
import { type Direction, type SortKey, sortedBy } from "../lib/sort";
import { css } from "./css";
import { severityStyles } from "./severity";
import { define, SignalElement } from "./signal-element";
import { common } from "./styles";

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** What the column is, where its title can't say it all. */
  readonly hint?: string;
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  value(row: Row): SortKey;
  /** What is shown; else the value itself, and a dash for none. */
  format?(row: Row): string | TemplateResult;
}

/** A table that is sorted by the column whose head is pressed. Its first column names the rows, which can be chosen. */
export class Table<Row = unknown> extends SignalElement {
  static override properties = {
    columns: [],
    rows: [],
    totals: null,
    caption: "",
    chosen: null,
    choosable: () => true,
    sortKey: null,
    direction: "ascending",
  };
  declare columns: readonly Column<Row>[];
  declare rows: readonly Row[];
  /** The last row, by column key. */
  declare totals: Readonly<Record<string, string>> | null;
  declare caption: string;
  /** The value of the chosen row's first column. */
  declare chosen: SortKey;
  /** Whether a row can be chosen. */
  declare choosable: (row: Row) => boolean;
  declare sortKey: string | null;
  declare direction: Direction;

  static override styles = [
    common,
    severityStyles,
    css`
      :host {
        display: block;
        max-height: 320px;
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: 3px;
      }
      table {
        border-collapse: separate;
        border-spacing: 0;
        width: 100%;
        font-size: 12px;
        line-height: 16px;
      }
      caption {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      th,
      td {
        padding: 2px 10px;
        text-align: left;
        font-weight: 400;
        white-space: nowrap;
        border-bottom: 1px solid var(--line);
      }
      thead th {
        position: sticky;
        top: 0;
        z-index: 1;
        background: var(--sidebar);
        padding: 0;
        vertical-align: bottom;
      }
      tfoot th,
      tfoot td {
        position: sticky;
        bottom: 0;
        background: var(--sidebar);
        font-weight: 500;
        border-bottom: 0;
        border-top: 1px solid var(--line);
      }
      .numeric {
        text-align: right;
      }
      th button {
        border: 0;
        border-radius: 0;
        background: none;
        text-align: inherit;
        padding: 2px 10px;
        min-height: 24px;
        outline-offset: -2px;
      }
      thead button {
        width: 100%;
        font-weight: 500;
        white-space: normal;
      }
      .arrow {
        color: var(--muted);
        font-size: 10px;
      }
      tbody th {
        padding: 0;
      }
      tbody .fixed {
        color: var(--muted);
      }
      .fixed th {
        padding: 4px 10px;
      }
      tbody tr:not(.fixed) {
        cursor: pointer;
      }
      tbody tr:not(.fixed):hover,
      tbody .chosen {
        background: var(--hover);
      }
      tbody .chosen th {
        box-shadow: inset 3px 0 var(--text);
      }
    `,
  ];

  override render(): TemplateResult {
    const [name] = this.columns;
    if (!name) return html``;
    const by = this.columns.find(({ key }) => key === this.sortKey);
    const rows = by ? sortedBy(this.rows, (row) => by.value(row), this.direction) : this.rows;
    const names = rows.map((row) => name.value(row));
    // One stop for the tab key; arrow keys go on from there.
    const at = names.indexOf(this.chosen);
    const stop = at < 0 ? rows.findIndex(this.choosable) : at;
    return html`<table @keydown=${this.#key}>
      <caption>${this.caption}</caption>
      <thead><tr>${this.columns.map((column) => this.#head(column))}</tr></thead>
      <tbody>
        ${rows.map((row, i) => {
          if (!this.choosable(row)) return this.#fixed(row);
          const chosen = this.chosen !== null && names[i] === this.chosen;
          return html`<tr class=${chosen ? "chosen" : ""} @click=${() => this.#choose(row)}>
            ${this.columns.map((column) =>
              column === name
                ? html`<th scope="row" class=${side(column)}><button tabindex=${i === stop ? 0 : -1}
                    aria-current=${chosen ? "true" : nothing}>${shown(column, row)}</button></th>`
                : html`<td class=${side(column)} data-key=${column.key}>${shown(column, row)}</td>`,
            )}
          </tr>`;
        })}
      </tbody>
      ${this.totals ? this.#foot(this.totals) : nothing}
    </table>`;
  }

  #head(column: Column<Row>): TemplateResult {
    const sorted = column.key === this.sortKey;
    const arrow = sorted ? (this.direction === "ascending" ? "▲" : "▼") : "";
    return html`<th scope="col" class=${side(column)} title=${column.hint ?? nothing}
      aria-sort=${sorted ? this.direction : nothing}>${
        column.sortable === false
          ? column.title
          : html`<button @click=${() => this.#sort(column)}>${column.title}
              <span class="arrow" aria-hidden="true">${arrow}</span></button>`
      }</th>`;
  }

  #fixed(row: Row): TemplateResult {
    return html`<tr class="fixed">${this.columns.map((column, i) =>
      i === 0
        ? html`<th scope="row" class=${side(column)}>${shown(column, row)}</th>`
        : html`<td class=${side(column)} data-key=${column.key}>${shown(column, row)}</td>`,
    )}</tr>`;
  }

  #foot(totals: Readonly<Record<string, string>>): TemplateResult {
    return html`<tfoot><tr>${this.columns.map((column, i) => {
      const text = totals[column.key] ?? "";
      return i === 0
        ? html`<th scope="row" class=${side(column)}>${text}</th>`
        : html`<td class=${side(column)} data-key=${column.key}>${text}</td>`;
    })}</tr></tfoot>`;
  }

  /** Numbers begin with the largest one: that is what one looks for. */
  #sort(column: Column<Row>): void {
    const first: Direction = column.numeric ? "descending" : "ascending";
    const other: Direction = column.numeric ? "ascending" : "descending";
    this.direction = this.sortKey === column.key && this.direction === first ? other : first;
    this.sortKey = column.key;
  }

  #choose(row: Row): void {
    this.dispatchEvent(new CustomEvent("select", { detail: row }));
  }

  #key(event: KeyboardEvent): void {
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>("tbody button")];
    const at = buttons.indexOf(event.target as HTMLElement);
    const moves: Record<string, number> = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      Home: 0,
      End: buttons.length - 1,
    };
    const to = moves[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    buttons[Math.min(Math.max(to, 0), buttons.length - 1)].focus();
  }
}

function side<Row>({ numeric }: Column<Row>): string {
  return numeric ? "numeric" : "";
}

function shown<Row>(column: Column<Row>, row: Row): string | TemplateResult {
  return column.format?.(row) ?? String(column.value(row) ?? "–");
}

define("dr-table", Table);
