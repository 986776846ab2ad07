"""The gallery shows the pictures that `make screenshots` takes."""

from __future__ import annotations

import pathlib
import re

DOCS = pathlib.Path(__file__).parents[1] / "docs"


def test_every_picture_is_shown_in_both_themes() -> None:
    shown = re.findall(r'"(pictures/[\w-]+\.png)"', (DOCS / "pictures.md").read_text("utf-8"))
    assert sorted(shown) == sorted(str(path.relative_to(DOCS)) for path in (DOCS / "pictures").iterdir())
    taken = re.findall(r'Picture\("([\w-]+)"', (DOCS / "make_screenshots.py").read_text("utf-8"))
    assert sorted(shown) == sorted(
        f"pictures/{name}-{theme}.png" for name in taken if name != "tab" for theme in ("dark", "light")
    )
