"""Writing the figures into the README."""

from __future__ import annotations

import os
import pathlib
import platform
import re

from tests.benchmarks.tables import Table

PERFORMANCE = "make bench"
ACCURACY = "make bench ARGS=accuracy"


def marks(section: str) -> tuple[str, str]:
    """Returns the two comments between which a section's figures stand."""
    return f"<!-- figures of `{section}`: begin -->", f"<!-- figures of `{section}`: end -->"


def replaced(text: str, figures: str, section: str = PERFORMANCE) -> str:
    """Returns a page's text with other figures between the two comments of a section.

    Raises:
      ValueError: The text does not have both of them, once each.
    """
    begin, end = marks(section)
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"expected {begin!r} and {end!r} once each, in this order.")
    return text[: text.index(begin)] + f"{begin}\n{figures}\n{end}" + text[text.index(end) + len(end) :]


def write(path: pathlib.Path, tables: list[Table], section: str) -> None:
    """Writes the machine's description and the tables."""
    figures = "\n\n".join([f"Measured on {machine()}.", *[table.markdown() for table in tables]])
    path.write_text(replaced(path.read_text("utf-8"), figures, section), "utf-8")


def machine() -> str:
    """Describes what it runs on."""
    import keras
    import tensorflow as tf

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = f"Python {platform.python_version()}, TensorFlow {tf.__version__}, Keras {keras.__version__}"
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory; {versions}"


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", pathlib.Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1) if found else platform.processor() or platform.machine()
