"""The TensorBoard plugin: what TensorBoard asks for at its start.

TensorBoard imports this module then, so that an error here would keep it from
starting, and everybody waits for what is imported: NumPy and all that answers
requests comes with the first of them.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tensorboard.backend import http_util
from tensorboard.plugins import base_plugin
from werkzeug import wrappers

from tb_deadrelu_plugin import metadata

if TYPE_CHECKING:
    from tb_deadrelu_plugin.serving.data_routes import DataRoutes

DEFAULT_SAMPLES = 1000
"""Records kept per tag unless the user says otherwise; TensorBoard's own default is 10."""

ROUTES = ("layers", "overview", "report", "timeline", "matrix", "distribution", "units", "unit", "csv")


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
    """Serves the tab and its data; see `serving/http_api.md`."""

    plugin_name = metadata.PLUGIN_NAME

    def __init__(self, context: base_plugin.TBContext) -> None:
        """Takes `data_provider` from the context and reads nothing yet."""
        self._data_provider = context.data_provider
        self._data_routes: DataRoutes | None = None
        self._making = threading.Lock()

    def get_plugin_apps(self) -> dict[str, Callable]:
        """Routes below `/data/plugin/dead_relu`."""
        return {**{f"/{name}": self._app(name) for name in ROUTES}, "/static/*": self._app("static")}

    def is_active(self) -> bool:
        """False: TensorBoard finds the plugin's tags by itself and asks only if there are none."""
        return False

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        """The tab's name and module."""
        return base_plugin.FrontendMetadata(es_module_path="/static/index.js", tab_name="Dead ReLU")

    def _app(self, name: str) -> Callable:
        @wrappers.Request.application
        def application(request: wrappers.Request) -> wrappers.Response:
            if request.method not in ("GET", "HEAD"):
                text = f"{request.path} answers GET and HEAD, got {request.method}."
                return http_util.Respond(request, text, "text/plain", code=405, headers=[("Allow", "GET, HEAD")])
            return getattr(self._routes(), name)(request)

        return application

    def _routes(self) -> DataRoutes:
        with self._making:
            if self._data_routes is None:
                from tb_deadrelu_plugin.serving.data_routes import DataRoutes

                self._data_routes = DataRoutes(self._data_provider)
            return self._data_routes
