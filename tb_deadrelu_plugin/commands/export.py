"""A log directory as CSV files, one per run and layer."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator, Mapping

from tb_deadrelu_plugin import csv_export
from tb_deadrelu_plugin.timeline import Timeline

_MOST_NAMES = 20


class NoMatchError(ValueError):
    """No run or no layer fits the pattern."""


def choose(runs: Mapping[str, Mapping[str, Timeline]], run: str = "*", layer: str = "*") -> list[Timeline]:
    """Chooses layers by their names.

    Args:
      runs: {run: {layer: Timeline}}, as `read` returns.
      run: Shell pattern of runs.
      layer: Shell pattern of layers.

    Raises:
      NoMatchError: No run, or no layer of those runs fits; it names those that there are.
    """
    fitting = [layers for name, layers in runs.items() if fnmatch.fnmatchcase(name, run)]
    if not fitting:
        raise NoMatchError(f"no run fits {run!r}; the runs are: {_names(runs)}")
    chosen = [
        timeline for layers in fitting for timeline in layers.values() if fnmatch.fnmatchcase(timeline.layer, layer)
    ]
    if not chosen:
        known = dict.fromkeys(name for layers in fitting for name in layers)
        raise NoMatchError(f"no layer fits {layer!r}; the layers are: {_names(known)}")
    return chosen


def write(timelines: list[Timeline], directory: str) -> Iterator[str]:
    """Writes a CSV file for each layer; yields its path as soon as it is written.

    Files of the same name are replaced. The directory is made if it is not there.

    Raises:
      OSError: A file can't be written.
    """
    os.makedirs(directory, exist_ok=True)
    taken: set[str] = set()
    for timeline in timelines:
        name = free = csv_export.file_name(timeline.run, timeline.layer)
        number = 2
        # Names that differ may be alike once they are safe, and some file systems don't tell case apart.
        while free.lower() in taken:
            free = f"{name.removesuffix('.csv')}-{number}.csv"
            number += 1
        taken.add(free.lower())
        path = os.path.join(directory, free)
        # A run is a directory, whose name need not be text.
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.writelines(csv_export.lines(timeline))
        yield path


def _names(names: Mapping) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(map(repr, list(names)[:_MOST_NAMES])) + (f" and {more} more" if more > 0 else "")
