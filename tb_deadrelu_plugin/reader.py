"""`read`: the timelines of a log directory, straight from its event files, without TensorFlow."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
import warnings
from collections.abc import Callable, Iterator

from tb_deadrelu_plugin import event_files, metadata, restarts
from tb_deadrelu_plugin.run_overview import overview
from tb_deadrelu_plugin.timeline import Stored, Timeline

_LARGE = 64 * 2**20


def read(logdir: str | os.PathLike[str], *, progress: bool | None = None) -> dict[str, dict[str, Timeline]]:
    """Reads every layer of every run in a log directory.

    Unlike TensorBoard it keeps every record, however many there are.

    Args:
      logdir: Directory as given to `tensorboard --logdir`, or one event file.
      progress: Whether to show a progress bar on stderr. By default where
        stderr is a terminal and the directory is large.

    Returns:
      {run: {layer: Timeline}}. Runs are directories relative to `logdir`, as
      TensorBoard names them: "." for `logdir` itself. Layers are in the order
      of the network as far as it is known, then by name.

    Raises:
      FileNotFoundError: There is no such directory.
      ValueError: There are no dead_relu records in it that can be read.

    Warns:
      UserWarning: A file or a record is damaged, or a layer was written by a
        newer version; everything else is returned.
    """
    path, files = _event_files(logdir)
    runs: dict[str, dict[str, Timeline]] = {}
    problems: dict[str, list[str]] = {}
    for run, stored in _stored(files, progress, lambda content: not metadata.is_overview(content)):
        layers = _timelines(run, stored, problems)
        if layers:
            runs[run] = layers
    for problem, names in problems.items():
        more = f" and {len(names) - 1} more are" if len(names) > 1 else " is"
        warnings.warn(f"{names[0]}{more} left out: {problem}", UserWarning, stacklevel=2)
    if not runs:
        raise ValueError(_nothing_found(path, sum(map(len, files.values())), problems))
    return runs


def read_overview(
    logdir: str | os.PathLike[str], *, progress: bool | None = None
) -> dict[str, tuple[overview.Overview, ...]]:
    """Reads the overviews of every run in a log directory: counts of states and quantiles per layer.

    Args:
      logdir: As in `read`.
      progress: As in `read`.

    Returns:
      {run: overviews} in the order of their steps, one per step, the last
      written. Runs without any, as summary ops write them, are left out.

    Raises:
      FileNotFoundError: There is no such directory.

    Warns:
      UserWarning: A file or an overview is damaged, or was written by a newer
        version; everything else is returned.
    """
    _, files = _event_files(logdir)
    runs = {}
    for run, stored in _stored(files, progress, metadata.is_overview):
        decoded: list[tuple[float, overview.Overview]] = []
        for layer in stored.values():
            problem = ""
            try:
                metadata.parse_plugin_metadata(layer.summary_metadata.plugin_data.content)
                damaged = _decode_overviews(layer.stored, decoded)
            except ValueError as error:
                problem = f"The overview of run {run!r} is left out: {error}"
            else:
                if damaged:
                    problem = f"{damaged} of {len(layer.stored)} overviews of run {run!r} are damaged and left out."
            if problem:
                warnings.warn(problem, UserWarning, stacklevel=2)
        if decoded:
            standing = restarts.standing((one.window_start_step, one.step, time) for time, one in decoded)
            runs[run] = tuple(decoded[i][1] for i in standing)
    return runs


def _decode_overviews(stored: list[Stored], decoded: list[tuple[float, overview.Overview]]) -> int:
    """Adds overviews with their wall times to `decoded`; returns how many are damaged."""
    damaged = 0
    for item in stored:
        try:
            # The event's step is what TensorBoard shows.
            decoded.append((item.wall_time, dataclasses.replace(overview.decode(item.data), step=item.step)))
        except overview.DamagedRecordError:
            damaged += 1
    return damaged


def _event_files(logdir: str | os.PathLike[str]) -> tuple[str, dict[str, list[str]]]:
    """Returns the path that is meant, and {run: event files}."""
    path = os.path.expanduser(os.fspath(logdir))
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"No log directory {path!r} (looked in {os.getcwd()!r}); pass the directory that the training writes to."
        )
    return path, event_files.find_event_files(path) if os.path.isdir(path) else {".": [path]}


def _stored(
    files: dict[str, list[str]], progress: bool | None, chosen: Callable[[bytes], bool]
) -> Iterator[tuple[str, dict[str, event_files.StoredLayer]]]:
    """Yields each run with those of its tags whose plugin data are chosen."""
    total = sum(_size(file) for paths in files.values() for file in paths)
    if progress is None:
        progress = total > _LARGE and sys.stderr.isatty()
    with _progress_bar(progress, total) as on_bytes:
        for run, paths in files.items():
            yield run, event_files.read_run(paths, on_bytes, chosen)


def _size(path: str) -> int:
    """Size in bytes; 0 for what can't be read, a link that leads nowhere for example."""
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def _timelines(
    run: str, stored: dict[str, event_files.StoredLayer], problems: dict[str, list[str]]
) -> dict[str, Timeline]:
    """Returns {layer: Timeline}; adds what can't be read to `problems`, {problem: where}."""
    timelines = []
    for tag, layer in stored.items():
        name = f"Layer {tag!r} of run {run!r}"
        try:
            info = metadata.parse_plugin_metadata(layer.summary_metadata.plugin_data.content)
        except ValueError as error:
            problems.setdefault(str(error), []).append(name)
            continue
        description = layer.summary_metadata.summary_description
        timeline = Timeline(run, tag, info, layer.stored, description=description)
        if timeline.unreadable:
            message = f"{name} has {timeline.unreadable} damaged of {len(layer.stored)} records; they are left out."
            warnings.warn(message, UserWarning, stacklevel=3)
        timelines.append(timeline)
    return {timeline.layer: timeline for timeline in sorted(timelines, key=_network_order)}


def _network_order(timeline: Timeline) -> tuple[float, str]:
    index = timeline.info.layer_index
    return float("inf") if index is None else index, timeline.layer


def _nothing_found(path: str, file_count: int, problems: dict[str, list[str]]) -> str:
    if problems:
        return f"No dead_relu records in {path!r} can be read. {next(iter(problems))}"
    looked = f"looked into {file_count} event file{'' if file_count == 1 else 's'}" if file_count else "no event files"
    example = os.path.join(path if os.path.isdir(path) else os.path.dirname(path), "run1")
    return f'No dead_relu records in {path!r} ({looked}); add DeadReLU("{example}") to the callbacks of model.fit.'


@contextlib.contextmanager
def _progress_bar(shown: bool, total: int) -> Iterator[Callable[[int], None]]:
    """Gives a function to call with the bytes read since the last call."""
    if not shown:
        yield lambda count: None
        return
    from rich import console, progress

    columns = (
        progress.TextColumn("Reading event files"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=console.Console(stderr=True)) as bar:
        task = bar.add_task("read", total=total)
        yield lambda count: bar.advance(task, count)
