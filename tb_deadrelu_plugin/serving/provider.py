"""From TensorBoard's data provider to timelines, one tag at a time, cached.

Both of TensorBoard's loaders answer through the data provider. One answer is
limited to 256 MiB, and the Python loader converts every record of a tag on
each read: so only one tag is read at a time, and only when it has changed.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
from tensorboard import errors
from tensorboard.data import provider as tb_provider

from tb_deadrelu_plugin import metadata, record, restarts
from tb_deadrelu_plugin.run_overview import overview, overview_from_layers
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries
from tb_deadrelu_plugin.serving import thinning
from tb_deadrelu_plugin.serving.cache import ByteBoundedCache
from tb_deadrelu_plugin.timeline import Stored, Timeline

_NO_DOWNSAMPLING = 2**31 - 1  # 0 would mean none at all
_MOST_BYTES = 768 * 2**20
_MOST_OVERVIEW_BYTES = 256 * 2**20
_MOST_RUN_ENTRIES = 8_000_000
_FEWEST_RUN_RECORDS = 50
_MOST_NAMES = 20


@dataclasses.dataclass(frozen=True)
class LoadedTimeline:
    """A timeline, and a key that changes when its records do."""

    timeline: Timeline
    key: Hashable


@dataclasses.dataclass(frozen=True)
class LoadedOverview:
    """A run's overviews, and a key that changes when they do."""

    series: OverviewSeries
    key: Hashable


@dataclasses.dataclass(frozen=True)
class LoadedRun:
    """All layers of a run, of some of their records, and a key that changes when they do."""

    timelines: dict[str, Timeline]
    series: OverviewSeries
    key: Hashable


class TimelineProvider:
    """Reads timelines and overviews through a data provider; safe to share among threads."""

    def __init__(self, data_provider: Any, most_bytes: int = _MOST_BYTES) -> None:
        """Keeps timelines up to `most_bytes` bytes."""
        self._data_provider = data_provider
        self._cache: ByteBoundedCache[Timeline] = ByteBoundedCache(most_bytes, _size)
        self._overviews: ByteBoundedCache[OverviewSeries] = ByteBoundedCache(_MOST_OVERVIEW_BYTES, _overview_size)

    def list_layers(
        self, ctx: Any, experiment_id: str, run: str | None = None, layer: str | None = None
    ) -> dict[str, dict[str, Any]]:
        """Returns {run: {layer: TensorTimeSeries}}, from metadata alone; runs without layers are left out."""
        return self._listing(ctx, experiment_id, run, layer)[0]

    def list_layers_and_models(
        self, ctx: Any, experiment_id: str
    ) -> tuple[dict[str, dict[str, Any]], dict[str, metadata.RunInfo]]:
        """Returns what `list_layers` does, and {run: what its overview says of the model} where it does."""
        runs, overviews = self._listing(ctx, experiment_id, None, None)
        models = {}
        for run in runs.keys() & overviews.keys():
            # What an overview can't say, it says where it is read.
            with contextlib.suppress(ValueError):
                models[run] = metadata.parse_overview_metadata(overviews[run].plugin_content)
        return runs, {run: model for run, model in models.items() if model.model_parameters > 0}

    def read(self, ctx: Any, experiment_id: str, run: str, layer: str) -> LoadedTimeline:
        """Reads one layer of one run.

        Raises:
          tensorboard.errors.NotFoundError: There is no such run or layer.
          tensorboard.errors.InvalidArgumentError: The records are of a newer
            version.
        """
        series = self.list_layers(ctx, experiment_id, run, layer).get(run, {}).get(layer)
        if series is None:
            raise self._not_found(ctx, experiment_id, run, layer)
        try:
            info = metadata.parse_plugin_metadata(series.plugin_content)
        except ValueError as error:
            raise errors.InvalidArgumentError(f"Layer {layer!r} of run {run!r} can't be read. {error}") from error
        key = (experiment_id, run, layer, series.max_step, series.max_wall_time, series.plugin_content)

        def load() -> Timeline:
            stored = self._stored(ctx, experiment_id, run, layer)
            timeline = Timeline(run, layer, info, stored, description=series.description)
            # Every route needs them; made here, two requests at once share them.
            timeline.states()
            return timeline

        return LoadedTimeline(self._cache.get(key, load), key)

    def read_overview(self, ctx: Any, experiment_id: str, run: str) -> LoadedOverview:
        """Reads the overviews of one run; where it has layers alone, they are made of the layers' records.

        Layers of a newer version are then left out.

        Raises:
          tensorboard.errors.NotFoundError: There is no such run.
          tensorboard.errors.InvalidArgumentError: They are of a newer version.
        """
        series = self._list(ctx, experiment_id, run, overview.TAG).get(run, {}).get(overview.TAG)
        if series is None or not metadata.is_overview(series.plugin_content):
            return self._overview_from_layers(ctx, experiment_id, run)
        try:
            metadata.parse_plugin_metadata(series.plugin_content)
        except ValueError as error:
            raise errors.InvalidArgumentError(f"The overview of run {run!r} can't be read. {error}") from error
        key = (experiment_id, run, series.max_step, series.max_wall_time, series.plugin_content)

        def load() -> OverviewSeries:
            return OverviewSeries(run, self._stored(ctx, experiment_id, run, overview.TAG))

        return LoadedOverview(self._overviews.get(key, load), key)

    def run_key(self, ctx: Any, experiment_id: str, run: str) -> Hashable:
        """Returns a key that changes when anything of the run does.

        Raises:
          tensorboard.errors.NotFoundError: There is no such run.
        """
        layers = self.list_layers(ctx, experiment_id, run).get(run)
        if layers is None:
            raise self._not_found(ctx, experiment_id, run, "")
        return experiment_id, run, _newest_of(layers)

    def read_run(self, ctx: Any, experiment_id: str, run: str) -> LoadedRun:
        """Reads all layers of one run, and keeps none of them.

        Where they have many units, only part of the records is decoded, spread
        evenly and with the newest: records stand alone, so that nothing is
        misdated for it, and memory is bounded. Layers of a newer version are
        left out.

        Raises:
          tensorboard.errors.NotFoundError: There is no such run.
        """
        key = self.run_key(ctx, experiment_id, run)
        series = self.read_overview(ctx, experiment_id, run).series
        units = max(1, int(series.units.max(axis=0, initial=0).sum()))
        most = max(_FEWEST_RUN_RECORDS, _MOST_RUN_ENTRIES // units)
        timelines = {}
        for layer, found in self.list_layers(ctx, experiment_id, run).get(run, {}).items():
            try:
                info = metadata.parse_plugin_metadata(found.plugin_content)
            except ValueError:
                continue
            every = list(self._stored(ctx, experiment_id, run, layer))
            # Before any is left out: it might be the one that shows where the training was taken up again.
            windows = ((record.window_start_step(one.data), one.step, one.wall_time) for one in every)
            stored = thinning.thin([every[i] for i in restarts.standing(windows)], most)
            timelines[layer] = Timeline(run, layer, info, stored, description=found.description)
        return LoadedRun(timelines, series, key)

    def _overview_from_layers(self, ctx: Any, experiment_id: str, run: str) -> LoadedOverview:
        layers = self.list_layers(ctx, experiment_id, run).get(run)
        if layers is None:
            raise self._not_found(ctx, experiment_id, run, "")
        key = (experiment_id, run, _newest_of(layers))

        def load() -> OverviewSeries:
            rows = []
            for layer in layers:
                # A layer that is gone by now is left out as well.
                with contextlib.suppress(errors.InvalidArgumentError, errors.NotFoundError):
                    # One after the other: only the cache, which is bounded, keeps per-unit data.
                    rows.append(overview_from_layers.layer_rows(self.read(ctx, experiment_id, run, layer).timeline))
            return overview_from_layers.series(run, rows)

        return LoadedOverview(self._overviews.get(key, load), key)

    def _listing(
        self, ctx: Any, experiment_id: str, run: str | None, tag: str | None
    ) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
        """Returns {run: {layer: TensorTimeSeries}} and {run: that of its overview}."""
        runs: dict[str, dict[str, Any]] = {}
        overviews = {}
        for name, tags in self._list(ctx, experiment_id, run, tag).items():
            for one, series in tags.items():
                if metadata.is_overview(series.plugin_content):
                    overviews[name] = series
                else:
                    runs.setdefault(name, {})[one] = series
        return runs, overviews

    def _list(self, ctx: Any, experiment_id: str, run: str | None, tag: str | None) -> Mapping[str, Mapping[str, Any]]:
        chosen = tb_provider.RunTagFilter(runs=None if run is None else [run], tags=None if tag is None else [tag])
        found = self._data_provider.list_tensors(
            ctx, experiment_id=experiment_id, plugin_name=metadata.PLUGIN_NAME, run_tag_filter=chosen
        )
        return found or {}

    def _stored(self, ctx: Any, experiment_id: str, run: str, tag: str) -> Iterable[Stored]:
        answer = self._data_provider.read_tensors(
            ctx,
            experiment_id=experiment_id,
            plugin_name=metadata.PLUGIN_NAME,
            downsample=_NO_DOWNSAMPLING,
            run_tag_filter=tb_provider.RunTagFilter(runs=[run], tags=[tag]),
        )
        data = answer.get(run, {}).get(tag, ())
        return (Stored(datum.step, datum.wall_time, _record_bytes(datum.numpy)) for datum in data)

    def _not_found(self, ctx: Any, experiment_id: str, run: str, layer: str) -> errors.NotFoundError:
        runs: Mapping[str, Mapping[str, Any]] = self.list_layers(ctx, experiment_id)
        if not runs:
            return errors.NotFoundError("There are no dead_relu records yet.")
        if run not in runs:
            return errors.NotFoundError(f"No run {run!r} with dead_relu records; the runs are: {_names(runs)}.")
        return errors.NotFoundError(f"No layer {layer!r} in run {run!r}; its layers are: {_names(runs[run])}.")


def _newest_of(layers: Mapping[str, Any]) -> Hashable:
    """What changes when one of the layers does."""
    return tuple((name, s.max_step, s.max_wall_time, s.plugin_content) for name, s in sorted(layers.items()))


def _names(names: Iterable[str]) -> str:
    ordered = sorted(names)
    more = len(ordered) - _MOST_NAMES
    return ", ".join(map(repr, ordered[:_MOST_NAMES])) + (f" and {more} more" if more > 0 else "")


def _record_bytes(tensor: np.ndarray) -> bytes:
    """A tensor that is not one of ours becomes a record that can't be read."""
    return tensor.tobytes() if tensor.dtype == np.uint8 and tensor.ndim == 1 else b""


def _size(timeline: Timeline) -> int:
    arrays = [value for value in vars(timeline).values() if isinstance(value, np.ndarray)]
    # What is worked out later, on request: the evidence (int64), the fraction and its codes, three statistics (float32).
    later = timeline.seen_active.size * (8 + 4 + 2 + 3 * 4)
    return sum(array.nbytes for array in arrays if 0 not in array.strides) + later + 4096


def _overview_size(series: OverviewSeries) -> int:
    arrays = [value for value in vars(series).values() if isinstance(value, np.ndarray)]
    return sum(array.nbytes for array in [*arrays, *series.quantiles.values()]) + 4096
