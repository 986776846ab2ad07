"""Layers that a model makes only as it is first called: they are watched within the very step that makes them.

Keras builds a layer right before it calls it. So the calls of layers that are
not built yet are stood in for while a training step is computed: by then, all
that they make is there. The model is built by nobody but Keras, where and
when it would be without us, so that its weights are the same.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import keras

from tb_deadrelu_plugin.instrument import attach
from tb_deadrelu_plugin.instrument.patching import instance_attribute


def unbuilt_layers(model: keras.Model | None) -> list[Any]:
    """Returns the layers of a model that have yet to be built, itself among them."""
    return [] if model is None else [layer for layer in _layers(model) if not layer.built]


class Growth:
    """Tells, within training steps, when a model may have got new layers.

    Args:
      model: The model.
      is_in_step: Whether what is computed in this thread is part of a training
        step, not something that Keras tries out.
      grow: Takes in what is new, and returns a context in which it is watched;
        it is left when the step is over.
    """

    def __init__(
        self,
        model: keras.Model,
        is_in_step: Callable[[], bool],
        grow: Callable[[], contextlib.AbstractContextManager[None]],
    ) -> None:
        self._model = model
        self._is_in_step = is_in_step
        self._grow = grow
        self._stack = contextlib.ExitStack()
        self._stood_in_for: set[int] = set()
        self._known = 0
        self._entries = 0
        self._lock = threading.RLock()

    @contextlib.contextmanager
    def growing(self) -> Iterator[None]:
        """Looks out for new layers for the length of the context."""
        with self._lock:
            if self._entries == 0:
                self._known = len(_layers(self._model))
                self._stand_in()
            self._entries += 1
        try:
            yield
        finally:
            with self._lock:
                self._entries -= 1
                if self._entries == 0:
                    self._stood_in_for.clear()
                    self._stack.close()

    def _stand_in(self) -> None:
        for layer in unbuilt_layers(self._model):
            if id(layer) not in self._stood_in_for:
                self._stood_in_for.add(id(layer))
                self._stack.enter_context(instance_attribute(layer, "call", self._first_call(layer)))

    def _first_call(self, layer: Any) -> Callable[..., Any]:
        call = layer.call
        is_first = True

        @functools.wraps(call, updated=())
        def first_call(*args: Any, **kwargs: Any) -> Any:
            nonlocal is_first
            if not (is_first and self._is_in_step()):
                return call(*args, **kwargs)
            is_first = False
            before = vars(layer).get("call")
            with self._lock:
                self._look_for_new(layer)
            # What its `build` has set may have a probe by now.
            now = vars(layer).get("call")
            return call(*args, **kwargs) if now is before else now(*args, **kwargs)

        return attach.marked_like(first_call, call)

    def _look_for_new(self, layer: Any) -> None:
        count = len(_layers(self._model))
        # Layers of one's own may set functions as they are built, too.
        if layer is self._model or count != self._known or not type(layer).__module__.startswith("keras."):
            self._known = count
            self._stack.enter_context(self._grow())
            self._stand_in()


def _layers(model: keras.Model) -> list[Any]:
    return list(model._flatten_layers())
