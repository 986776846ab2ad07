from __future__ import annotations

import pathlib

import pytest

from tests.benchmarks import readme
from tests.benchmarks.tables import Table

BEGIN, END = readme.marks(readme.PERFORMANCE)


def test_figures_take_the_place_of_those_between_the_comments():
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    expected = f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    assert readme.replaced(text, "new") == expected
    assert readme.replaced(expected, "new") == expected


def test_one_section_leaves_the_other_alone():
    begin, end = readme.marks(readme.ACCURACY)
    text = f"{begin}\nold\n{end}\n{BEGIN}\nold\n{END}\n"
    assert readme.replaced(text, "new", readme.ACCURACY) == f"{begin}\nnew\n{end}\n{BEGIN}\nold\n{END}\n"


@pytest.mark.parametrize("section", [readme.PERFORMANCE, readme.ACCURACY])
def test_the_readme_has_a_place_for_each_section(section):
    text = (pathlib.Path(__file__).parents[2] / "README.md").read_text("utf-8")
    assert "new figures" in readme.replaced(text, "new figures", section)


@pytest.mark.parametrize("text", ["", BEGIN, f"{END} {BEGIN}"])
def test_a_page_without_the_comments_is_refused(text):
    with pytest.raises(ValueError, match="once each, in this order"):
        readme.replaced(text, "new")


def test_a_table_as_markdown():
    table = Table("What", ["model", "ratio"], [["MLP", "1.01"]])
    assert table.markdown() == "**What**\n\n| model | ratio |\n| --- | ---: |\n| MLP | 1.01 |"
