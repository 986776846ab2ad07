"""From a log directory to the reports of its runs."""

from __future__ import annotations

import dataclasses
import fnmatch
import os
import warnings

from tb_deadrelu_plugin import event_files, metadata, reader
from tb_deadrelu_plugin import report as reporting
from tb_deadrelu_plugin.commands import export
from tb_deadrelu_plugin.report import RunReport
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries

Mark = tuple[tuple[str, str, int, int, float], ...]


@dataclasses.dataclass(frozen=True, eq=False)
class Reading:
    """What was read at one time.

    Attributes:
      whole: The chosen runs with all their layers.
      chosen: The same with the chosen layers alone; numbers of a run are of
        all its layers nonetheless.
      mark: Tells whether two readings are of the same records.
    """

    whole: tuple[RunReport, ...]
    chosen: tuple[RunReport, ...]
    mark: Mark


def read(logdir: str, run: str = "*", layer: str = "*", *, preset: str = "default") -> Reading:
    """Reads the records and overviews of a log directory, and reports on them.

    Causes are looked for in whole runs, for that of a layer may lie in another.

    Args:
      logdir: Directory as given to `tensorboard --logdir`, or one event file.
      run: Shell pattern of runs.
      layer: Shell pattern of layers.
      preset: As in `report.report`.

    Raises:
      FileNotFoundError: There is no such directory.
      ValueError: There are no records in it that can be read, no run or layer
        fits, or there is no such preset.

    Warns:
      UserWarning: Something is damaged or was written by a newer version;
        everything else is reported.
    """
    runs = reader.read(logdir)
    names = {timeline.run for timeline in export.choose(runs, run, layer)}
    path = os.path.expanduser(logdir)
    files = event_files.find_event_files(path) if os.path.isdir(path) else {".": [path]}
    whole = [
        reporting.report(name, layers, _series(name, files.get(name, [])), preset=preset)
        for name, layers in runs.items()
        if name in names
    ]
    chosen = [
        dataclasses.replace(one, layers=tuple(part for part in one.layers if fnmatch.fnmatchcase(part.layer, layer)))
        for one in whole
    ]
    mark = tuple(
        (t.run, t.layer, len(t.steps), int(t.steps[-1]), float(t.wall_times[-1]))
        for name in sorted(names)
        for t in runs[name].values()
        if len(t.steps)
    )
    return Reading(tuple(whole), tuple(chosen), mark)


def sizes(logdir: str) -> dict[str, tuple[int, int]]:
    """Returns {event file: size in bytes and time of its last change in ns}: where they are as before, so are records."""
    path = os.path.expanduser(logdir)
    paths = [file for files in event_files.find_event_files(path).values() for file in files]
    found = {}
    for file in paths if os.path.isdir(path) else [path]:
        try:
            status = os.stat(file)
        except OSError:
            continue
        found[file] = status.st_size, status.st_mtime_ns
    return found


def _series(run: str, paths: list[str]) -> OverviewSeries | None:
    """The run's overviews, or None if it has none that can be read."""
    for stored in event_files.read_run(paths, chosen=metadata.is_overview).values():
        try:
            metadata.parse_plugin_metadata(stored.summary_metadata.plugin_data.content)
        except ValueError as error:
            warnings.warn(f"The overview of run {run!r} is left out: {error}", UserWarning, stacklevel=3)
            continue
        series = OverviewSeries(run, stored.stored)
        if series.unreadable:
            message = f"{series.unreadable} of {len(stored.stored)} overviews of run {run!r} are damaged and left out."
            warnings.warn(message, UserWarning, stacklevel=3)
        return series
    return None
