"""The TensorBoard plugin: loader, routes, static files.

TensorBoard imports this module at its start, so only the standard library,
NumPy, werkzeug, protobuf and TensorBoard itself are imported here: an error
would keep TensorBoard from starting at all.
"""

from __future__ import annotations

import contextlib
import functools
import json
import pathlib
import zlib
from collections.abc import Callable, Hashable
from typing import Any

from tensorboard import errors, plugin_util
from tensorboard.backend import http_util
from tensorboard.plugins import base_plugin
from werkzeug import wrappers

from tb_deadrelu_plugin import matrix, metadata, routes
from tb_deadrelu_plugin.cache import ByteBoundedCache
from tb_deadrelu_plugin.provider import LoadedTimeline, TimelineProvider

DEFAULT_SAMPLES = 1000
"""Records kept per tag unless the user says otherwise; TensorBoard's own default is 10."""

_STATIC = pathlib.Path(__file__).parent / "static"
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


class DeadReluLoader(base_plugin.TBLoader):
    """Entry point of the plugin.

    A loader, for only a loader is asked to `fix_flags`, before TensorBoard
    decides how many records of each tag to keep.
    """

    def fix_flags(self, flags: Any) -> None:
        """Keeps more records per tag than the default, unless the user has chosen."""
        with contextlib.suppress(Exception):  # An error here would keep TensorBoard from starting.
            flags.samples_per_plugin.setdefault(metadata.PLUGIN_NAME, DEFAULT_SAMPLES)

    def load(self, context: base_plugin.TBContext) -> base_plugin.TBPlugin:
        """Returns the plugin."""
        return DeadReluPlugin(context)


class DeadReluPlugin(base_plugin.TBPlugin):
    """Serves the tab and its data; see `http_api.md`."""

    plugin_name = metadata.PLUGIN_NAME

    def __init__(self, context: base_plugin.TBContext) -> None:
        """Takes `data_provider` from the context and reads nothing yet."""
        self._provider = TimelineProvider(context.data_provider)
        self._answers: ByteBoundedCache[bytes] = ByteBoundedCache(_MOST_ANSWER_BYTES, len)

    def get_plugin_apps(self) -> dict[str, Callable]:
        """Routes below `/data/plugin/dead_relu`."""
        return {
            "/layers": self._app(self._layers),
            "/overview": self._app(self._overview),
            "/timeline": self._app(self._timeline),
            "/matrix": self._app(self._matrix),
            "/unit": self._app(self._unit),
            "/static/*": self._app(self._static),
        }

    def is_active(self) -> bool:
        """False: TensorBoard finds the plugin's tags by itself and asks only if there are none."""
        return False

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        """The tab's name and module."""
        return base_plugin.FrontendMetadata(es_module_path="/static/index.js", tab_name="Dead ReLU")

    def _app(self, respond: Callable[[wrappers.Request], wrappers.Response]) -> Callable:
        @wrappers.Request.application
        @functools.wraps(respond)
        def application(request: wrappers.Request) -> wrappers.Response:
            if request.method not in ("GET", "HEAD"):
                text = f"{request.path} answers GET and HEAD, got {request.method}."
                return http_util.Respond(request, text, "text/plain", code=405, headers=[("Allow", "GET, HEAD")])
            return respond(request)

        return application

    def _layers(self, request: wrappers.Request) -> wrappers.Response:
        environ = request.environ
        runs = self._provider.list_layers(plugin_util.context(environ), plugin_util.experiment_id(environ))
        return http_util.Respond(request, _json(routes.layers_json(runs)), "application/json")

    def _overview(self, request: wrappers.Request) -> wrappers.Response:
        run, layer = _required(request, "run"), request.args.get("layer")
        environ = request.environ
        loaded = self._provider.read_overview(plugin_util.context(environ), plugin_util.experiment_id(environ), run)
        series = loaded.series
        if layer is not None and layer not in series.layers:
            raise errors.NotFoundError(f"No layer {layer!r} in the overview of run {run!r}.")
        answer = self._answer(("overview", loaded.key, layer), lambda: _json(routes.overview_json(series, layer)))
        return _respond_gzip(request, answer, "application/json")

    def _timeline(self, request: wrappers.Request) -> wrappers.Response:
        loaded = self._read(request, _required(request, "run"))
        answer = self._answer(("timeline", loaded.key), lambda: _json(routes.timeline_json(loaded.timeline)))
        return _respond_gzip(request, answer, "application/json")

    def _matrix(self, request: wrappers.Request) -> wrappers.Response:
        run = _required(request, "run")
        statistic = _required(request, "statistic")
        order = request.args.get("order", "index")
        if order not in matrix.ORDERS:
            raise errors.InvalidArgumentError(f"order must be one of {_listed(matrix.ORDERS)}, got {order!r}.")
        rows = _integer(request, "max_rows", matrix.DEFAULT_ROWS, 1, matrix.LARGEST_SIDE)
        columns = _integer(request, "max_columns", matrix.DEFAULT_COLUMNS, 1, matrix.LARGEST_SIDE)
        loaded = self._read(request, run)
        order_run = request.args.get("order_run", run)
        order_by = loaded if order_run == run else self._read(request, order_run)

        def encode() -> bytes:
            return matrix.encode(
                loaded.timeline,
                statistic,
                order=order,
                order_by=order_by.timeline,
                max_rows=rows,
                max_columns=columns,
            )

        key = ("matrix", loaded.key, order_by.key, statistic, order, rows, columns)
        try:
            answer = self._answer(key, encode)
        except matrix.StatisticError as error:
            raise errors.InvalidArgumentError(str(error)) from error
        return _respond_gzip(request, answer, "application/octet-stream")

    def _unit(self, request: wrappers.Request) -> wrappers.Response:
        run = _required(request, "run")
        unit = _integer(request, "unit", None, 0, 2**62)
        timeline = self._read(request, run).timeline
        if unit >= timeline.units:
            has = f"its units are 0 to {timeline.units - 1}" if timeline.units else "it has no readable records"
            raise errors.NotFoundError(f"No unit {unit} in layer {timeline.layer!r} of run {run!r}; {has}.")
        return http_util.Respond(request, _json(routes.unit_json(timeline, unit)), "application/json")

    def _static(self, request: wrappers.Request) -> wrappers.Response:
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
        layer = _required(request, "layer")
        environ = request.environ
        return self._provider.read(plugin_util.context(environ), plugin_util.experiment_id(environ), run, layer)

    def _answer(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        return self._answers.get(key, lambda: _gzip(make()))


def _json(value: Any) -> bytes:
    # Not left to http_util: it turns NaN into strings, and is slow on long lists.
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()


def _gzip(data: bytes) -> bytes:
    # Matching runs only is twice as fast on codes as level 1, and as small.
    compressor = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    return compressor.compress(data) + compressor.flush()


def _respond_gzip(request: wrappers.Request, content: bytes, content_type: str) -> wrappers.Response:
    return http_util.Respond(request, content, content_type, content_encoding="gzip")


def _required(request: wrappers.Request, name: str) -> str:
    value = request.args.get(name)
    if value is None:
        got = _listed(request.args) or "none"
        raise errors.InvalidArgumentError(f"{request.path} needs the parameter {name!r}, got: {got}.")
    return value


def _integer(request: wrappers.Request, name: str, default: int | None, least: int, most: int) -> int:
    text = request.args.get(name) if default is not None else _required(request, name)
    if text is None:
        assert default is not None
        return default
    # isascii, for isdigit and int take digits of other scripts as well.
    if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
        limits = f"an integer of at least {least}" if most >= 2**62 else f"an integer from {least} to {most}"
        raise errors.InvalidArgumentError(f"{name} must be {limits}, got {text!r}.")
    return int(text)


def _listed(names: Any) -> str:
    return ", ".join(repr(name) for name in names)
