"""Writing summaries into a run's directory, whatever else is written there; training goes on if it fails."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from typing import Any

import tensorflow as tf
from tensorboard.compat.proto import summary_pb2

SUBDIRECTORY = "dead_relu"

# Event files of this process that are ours.
_OURS: set[str] = set()


class RunWriter:
    """Writes to one directory, or to its sub-directory if another writer of this process writes there.

    TensorBoard's Python loader reads the files of a directory one after the
    other: of two that grow at a time it loses what comes late in the older.

    Args:
      directory: Directory of the run; made if it does not exist.
    """

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._writer: tf.summary.SummaryWriter | None = None
        self._opened_at = directory
        self._is_first = True
        # Who wrote before is through, unless its files grow.
        self._from_before = self._sizes_of_others()

    def open(self) -> None:
        """Makes a new event file."""
        self._try(self._open)

    def write(self, value: summary_pb2.Summary, step: int) -> None:
        """Writes a summary."""

        def write() -> None:
            if self._is_first and self._opened_at == self._directory and self._is_shared():
                # Its writer came after ours, whose file is empty yet.
                self._close()
                self._open()
            self._is_first = False
            assert self._writer is not None
            with self._writer.as_default():
                tf.summary.experimental.write_raw_pb(value.SerializeToString(), step)
            self._writer.flush()

        if self._writer is not None:
            self._try(write)

    def close(self) -> None:
        """Closes the file; `open` makes another one."""
        if self._writer is not None:
            self._try(self._close)
        self._writer = None

    def _open(self) -> None:
        tf.io.gfile.makedirs(self._directory)
        self._opened_at = self._directory
        if self._is_shared():
            self._opened_at = os.path.join(self._directory, SUBDIRECTORY)
            tf.io.gfile.makedirs(self._opened_at)
            warnings.warn(
                f"Another summary writer writes to {self._directory!r}; dead ReLU records go to {self._opened_at!r}, for "
                "TensorBoard may lose records where two files grow in one directory.",
                stacklevel=2,
            )
        before = set(_event_files(self._opened_at))
        self._is_first = True
        self._writer = tf.summary.create_file_writer(self._opened_at)
        _OURS.update(set(_event_files(self._opened_at)) - before)

    def _close(self) -> None:
        assert self._writer is not None
        self._writer.close()

    def _is_shared(self) -> bool:
        sizes = self._sizes_of_others()
        return any(self._from_before.get(path) != size for path, size in sizes.items())

    def _sizes_of_others(self) -> dict[str, int]:
        """Sizes of the event files that other writers of this process have made, as far as they can be seen."""
        mine = f".{os.getpid()}."
        try:
            paths = [path for path in _event_files(self._directory) if mine in os.path.basename(path)]
            return {path: tf.io.gfile.stat(path).length for path in paths if path not in _OURS}
        except (OSError, tf.errors.OpError):
            return {}

    def _try(self, action: Callable[[], Any]) -> None:
        """Does what may fail for reasons of the disk; training goes on then, without records."""
        try:
            action()
        except (OSError, tf.errors.OpError) as error:
            self._writer = None
            warnings.warn(
                f"Dead ReLU records can't be written to {self._directory!r}; training goes on without them: {error}",
                RuntimeWarning,
                stacklevel=3,
            )


def _event_files(directory: str) -> list[str]:
    names = tf.io.gfile.listdir(directory) if tf.io.gfile.isdir(directory) else []
    return [os.path.join(directory, name) for name in names if "tfevents" in name]
