"""The plugin's routes, each a thin layer over pure functions: what is asked for, read, made once, and sent.

`http_api.md` describes the answers.
"""

from __future__ import annotations

import pathlib
import threading
from collections.abc import Callable, Hashable
from typing import Any

from tensorboard import errors, plugin_util
from tensorboard.backend import http_util
from werkzeug import wrappers

from tb_deadrelu_plugin import csv_export
from tb_deadrelu_plugin.layer_statistics import StatisticError
from tb_deadrelu_plugin.serving import matrix, ordering, parameters, responses, routes, shrinking
from tb_deadrelu_plugin.serving import value_distribution as values
from tb_deadrelu_plugin.serving.cache import ByteBoundedCache
from tb_deadrelu_plugin.serving.provider import LoadedTimeline, TimelineProvider
from tb_deadrelu_plugin.serving.shrinking import RangeError
from tb_deadrelu_plugin.timeline import Timeline

_STATIC = pathlib.Path(__file__).parents[1] / "static"
_CONTENT_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
}
_MOST_ANSWER_BYTES = 128 * 2**20


class DataRoutes:
    """Answers requests: each public method is the route of its name; safe to share among threads.

    All raise an error of `tensorboard.errors`, which TensorBoard sends, where a parameter is wrong or names what isn't
    there.
    """

    def __init__(self, data_provider: Any) -> None:
        """Takes TensorBoard's data provider and reads nothing yet."""
        self._provider = TimelineProvider(data_provider)
        self._answers: ByteBoundedCache[bytes] = ByteBoundedCache(_MOST_ANSWER_BYTES, len)
        self._reporting = threading.Lock()

    def layers(self, request: wrappers.Request) -> wrappers.Response:
        """All runs, their layers and models."""
        environ = request.environ
        listed = self._provider.list_layers_and_models(plugin_util.context(environ), plugin_util.experiment_id(environ))
        return http_util.Respond(request, responses.to_json(routes.layers_json(*listed)), "application/json")

    def overview(self, request: wrappers.Request) -> wrappers.Response:
        """A run's overviews, of all layers or of one."""
        run, layer = parameters.required(request, "run"), request.args.get("layer")
        environ = request.environ
        loaded = self._provider.read_overview(plugin_util.context(environ), plugin_util.experiment_id(environ), run)
        series = loaded.series
        if layer is not None and layer not in series.layers:
            raise errors.NotFoundError(f"No layer {layer!r} in the overview of run {run!r}.")
        answer = self._answer(
            ("overview", loaded.key, layer), lambda: responses.to_json(routes.overview_json(series, layer))
        )
        return responses.compressed(request, answer, "application/json")

    def report(self, request: wrappers.Request) -> wrappers.Response:
        """What there is to say of a run: verdicts, causes, advice."""
        run = parameters.required(request, "run")
        environ = request.environ
        ctx, experiment_id = plugin_util.context(environ), plugin_util.experiment_id(environ)

        def make() -> bytes:
            # One run at a time is enough to hold in memory.
            with self._reporting:
                loaded = self._provider.read_run(ctx, experiment_id, run)
                return responses.to_json(routes.report_json(run, loaded.timelines, loaded.series))

        answer = self._answer(("report", self._provider.run_key(ctx, experiment_id, run)), make)
        return responses.compressed(request, answer, "application/json")

    def timeline(self, request: wrappers.Request) -> wrappers.Response:
        """A layer's records without its units."""
        loaded = self._read(request, parameters.required(request, "run"))
        answer = self._answer(
            ("timeline", loaded.key), lambda: responses.to_json(routes.timeline_json(loaded.timeline))
        )
        return responses.compressed(request, answer, "application/json")

    def matrix(self, request: wrappers.Request) -> wrappers.Response:
        """Units x records of one statistic, as bytes."""
        run = parameters.required(request, "run")
        statistic = parameters.required(request, "statistic")
        order = parameters.one_of(request, "order", ordering.ORDERS, "index")
        rows = parameters.integer(request, "max_rows", matrix.DEFAULT_ROWS, 1, shrinking.LARGEST_SIDE)
        columns = parameters.integer(request, "max_columns", matrix.DEFAULT_COLUMNS, 1, shrinking.LARGEST_SIDE)
        positions, records = parameters.part(request, "positions"), parameters.part(request, "records")
        names = {"order_by": request.args.get("order_run", run), "minus": request.args.get("minus")}
        if order == ordering.DIFFERENCE:
            names["order_minus"] = parameters.required(request, "order_minus")
        loaded = self._read(request, run)
        others = {role: self._read(request, name) for role, name in names.items() if name is not None}

        def encode() -> bytes:
            return matrix.encode(
                loaded.timeline,
                statistic,
                order=order,
                positions=positions,
                records=records,
                max_rows=rows,
                max_columns=columns,
                **{role: other.timeline for role, other in others.items()},
            )

        keys = tuple((role, other.key) for role, other in others.items())
        key = ("matrix", loaded.key, keys, statistic, order, positions, records, rows, columns)
        return responses.compressed(request, self._answer(key, encode), "application/octet-stream")

    def distribution(self, request: wrappers.Request) -> wrappers.Response:
        """How many units have which value, as bytes."""
        run = parameters.required(request, "run")
        statistic = parameters.required(request, "statistic")
        bins = parameters.integer(request, "bins", values.DEFAULT_BINS, values.FEWEST_BINS, values.MOST_BINS)
        columns = parameters.integer(request, "max_columns", values.DEFAULT_COLUMNS, 1, shrinking.LARGEST_SIDE)
        records = parameters.part(request, "records")
        loaded = self._read(request, run)

        def encode() -> bytes:
            return values.encode(loaded.timeline, statistic, bins=bins, max_columns=columns, records=records)

        answer = self._answer(("distribution", loaded.key, statistic, bins, columns, records), encode)
        return responses.compressed(request, answer, "application/octet-stream")

    def units(self, request: wrappers.Request) -> wrappers.Response:
        """A layer's worst units."""
        run = parameters.required(request, "run")
        limit = parameters.integer(request, "limit", routes.DEFAULT_UNITS, 1, shrinking.LARGEST_SIDE)
        loaded = self._read(request, run)
        answer = self._answer(
            ("units", loaded.key, limit), lambda: responses.to_json(routes.units_json(loaded.timeline, limit))
        )
        return responses.compressed(request, answer, "application/json")

    def unit(self, request: wrappers.Request) -> wrappers.Response:
        """All that is recorded of one unit."""
        timeline = self._read(request, parameters.required(request, "run")).timeline
        unit = _unit_of(request, timeline)
        return http_util.Respond(request, responses.to_json(routes.unit_json(timeline, unit)), "application/json")

    def csv(self, request: wrappers.Request) -> wrappers.Response:
        """All records of a layer or a unit."""
        timeline = self._read(request, parameters.required(request, "run")).timeline
        unit = _unit_of(request, timeline) if "unit" in request.args else None
        name = csv_export.file_name(timeline.run, timeline.layer, unit)
        return responses.download(request, csv_export.lines(timeline, unit), "text/csv", name)

    def static(self, request: wrappers.Request) -> wrappers.Response:
        """A file of the tab's page."""
        name = request.path.partition("/static/")[2]
        # Looked up among the files that there are, so no name leads elsewhere.
        files = {path.relative_to(_STATIC).as_posix(): path for path in _STATIC.rglob("*") if path.is_file()}
        path = files.get(name)
        if path is None or path.suffix not in _CONTENT_TYPES:
            raise errors.NotFoundError(
                f"No file {name!r} in the plugin's static files; build them with: make frontend"
                if not files
                else f"No file {name!r} in the plugin's static files."
            )
        return http_util.Respond(request, path.read_bytes(), _CONTENT_TYPES[path.suffix])

    def _read(self, request: wrappers.Request, run: str) -> LoadedTimeline:
        layer = parameters.required(request, "layer")
        environ = request.environ
        return self._provider.read(plugin_util.context(environ), plugin_util.experiment_id(environ), run, layer)

    def _answer(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        try:
            return self._answers.get(key, lambda: responses.gzip(make()))
        except (StatisticError, RangeError) as error:
            raise errors.InvalidArgumentError(str(error)) from error


def _unit_of(request: wrappers.Request, timeline: Timeline) -> int:
    unit = parameters.integer(request, "unit", None, 0, 2**62)
    if unit >= timeline.units:
        has = f"its units are 0 to {timeline.units - 1}" if timeline.units else "it has no readable records"
        raise errors.NotFoundError(f"No unit {unit} in layer {timeline.layer!r} of run {timeline.run!r}; {has}.")
    return unit
