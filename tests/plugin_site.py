"""The plugin over TensorBoard's Python loader, in this process."""

from __future__ import annotations

import json
import pathlib
import zlib
from typing import Any

import numpy as np
import werkzeug.test
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.plugins import base_plugin
from werkzeug import wrappers

from tb_deadrelu_plugin import plugin
from tests.golden import make

PREFIX = "/data/plugin/dead_relu"


class Site:
    """A log directory's plugin, asked as the application would."""

    def __init__(self, logdir: pathlib.Path) -> None:
        self.multiplexer = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance={"dead_relu": 1000})
        self.logdir = str(logdir)
        self.provider = data_provider.MultiplexerDataProvider(self.multiplexer, self.logdir)
        self.reads = 0
        self.reload()
        read_tensors = self.provider.read_tensors

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.reads += 1
            return read_tensors(*args, **kwargs)

        self.provider.read_tensors = counted
        context = base_plugin.TBContext(data_provider=self.provider, logdir=self.logdir)
        self.apps = plugin.DeadReluLoader().load(context).get_plugin_apps()

    def reload(self) -> None:
        self.multiplexer.AddRunsFromDirectory(self.logdir)
        self.multiplexer.Reload()

    def get(self, route: str, method: str = "GET", headers: dict | None = None, **query: Any) -> wrappers.Response:
        app = self.apps["/static/*" if route.startswith("/static/") else route]
        client = werkzeug.test.Client(app, wrappers.Response)
        return client.open(PREFIX + route, method=method, query_string=query, headers=headers)

    def json(self, route: str, **query: Any) -> Any:
        response = self.get(route, **query)
        assert response.status_code == 200 and response.content_type == "application/json"
        return json.loads(response.data)

    def matrix(self, **query: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return self.sections("/matrix", **query)

    def sections(self, route: str, **query: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        response = self.get(route, headers={"Accept-Encoding": "gzip"}, **query)
        assert response.status_code == 200 and response.content_type == "application/octet-stream"
        assert response.headers["Content-Encoding"] == "gzip"
        return make.parse_body(zlib.decompress(response.data, 16 + zlib.MAX_WBITS))
