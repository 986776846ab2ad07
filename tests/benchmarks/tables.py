"""What a benchmark gives: tables, printed or as Markdown."""

from __future__ import annotations

import dataclasses

from rich.console import Console
from rich.table import Table as RichTable


@dataclasses.dataclass(frozen=True)
class Table:
    """Figures with their budgets.

    Attributes:
      title: What was measured, and how.
      columns: Headings.
      rows: One text per column; the first one names the row.
    """

    title: str
    columns: list[str]
    rows: list[list[str]]

    def print(self) -> None:
        """Prints the table; the first column is left-aligned, the others right-aligned."""
        table = RichTable(title=self.title, title_justify="left")
        for i, column in enumerate(self.columns):
            table.add_column(column, justify="left" if i == 0 else "right")
        for row in self.rows:
            table.add_row(*row)
        Console().print(table)

    def markdown(self) -> str:
        """Returns the title and the table as Markdown."""
        lines = [self.columns, ["---", *["---:"] * (len(self.columns) - 1)], *self.rows]
        return "\n".join([f"**{self.title}**", "", *[f"| {' | '.join(cells)} |" for cells in lines]])
