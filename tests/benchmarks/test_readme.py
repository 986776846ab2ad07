from __future__ import annotations

import pytest

from tests.benchmarks import readme
from tests.benchmarks.__main__ import BENCHMARKS, README
from tests.benchmarks.tables import Table

BEGIN, END = readme.comments("page")


def test_figures_take_the_place_of_those_between_the_comments():
    other = "<!-- make bench ARGS=stalls: begin -->\nkept\n<!-- make bench ARGS=stalls: end -->"
    text = f"before\n{BEGIN}\nold\n{END}\n{other}\n"
    expected = f"before\n{BEGIN}\nnew\n{END}\n{other}\n"
    assert readme.replaced(text, "page", "new") == expected
    assert readme.replaced(expected, "page", "new") == expected


@pytest.mark.parametrize("text", ["", BEGIN, f"{END} {BEGIN}"])
def test_a_page_without_the_comments_is_refused(text):
    with pytest.raises(ValueError, match="once each, in this order"):
        readme.replaced(text, "page", "new")


def test_the_readme_has_a_place_for_every_benchmark():
    text = README.read_text("utf-8")
    for name in BENCHMARKS:
        assert readme.replaced(text, name, "new") != text


def test_a_table_as_markdown():
    table = Table("What", ["model", "ratio"], [["MLP", "1.01"]])
    assert table.markdown() == "**What**\n\n| model | ratio |\n| --- | ---: |\n| MLP | 1.01 |"
