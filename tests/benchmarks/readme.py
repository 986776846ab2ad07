"""Writing the figures into the README."""

from __future__ import annotations

import os
import pathlib
import platform
import re

from tests.benchmarks.tables import Table

BEGIN = "<!-- figures of `make bench`: begin -->"
END = "<!-- figures of `make bench`: end -->"


def replaced(text: str, figures: str) -> str:
    """Returns a page's text with other figures between the two comments.

    Raises:
      ValueError: The text does not have both of them, once each.
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"expected {BEGIN!r} and {END!r} once each, in this order.")
    return text[: text.index(BEGIN)] + f"{BEGIN}\n{figures}\n{END}" + text[text.index(END) + len(END) :]


def write(path: pathlib.Path, tables: list[Table]) -> None:
    """Writes the machine's description and the tables."""
    figures = "\n\n".join([f"Measured on {machine()}.", *[table.markdown() for table in tables]])
    path.write_text(replaced(path.read_text("utf-8"), figures), "utf-8")


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
