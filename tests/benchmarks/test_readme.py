from __future__ import annotations

import pytest

from tests.benchmarks import readme
from tests.benchmarks.tables import Table


def test_figures_take_the_place_of_those_between_the_comments():
    text = f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n"
    expected = f"before\n{readme.BEGIN}\nnew\n{readme.END}\nafter\n"
    assert readme.replaced(text, "new") == expected
    assert readme.replaced(expected, "new") == expected


@pytest.mark.parametrize("text", ["", readme.BEGIN, f"{readme.END} {readme.BEGIN}"])
def test_a_page_without_the_comments_is_refused(text):
    with pytest.raises(ValueError, match="once each, in this order"):
        readme.replaced(text, "new")


def test_a_table_as_markdown():
    table = Table("What", ["model", "ratio"], [["MLP", "1.01"]])
    assert table.markdown() == "**What**\n\n| model | ratio |\n| --- | ---: |\n| MLP | 1.01 |"
