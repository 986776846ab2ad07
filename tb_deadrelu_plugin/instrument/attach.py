"""Putting probes on a model's layers, and taking them off."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from tb_deadrelu_plugin.instrument import recurrent
from tb_deadrelu_plugin.instrument.discovery import Reach, Target
from tb_deadrelu_plugin.instrument.model_input import ModelInput
from tb_deadrelu_plugin.instrument.patching import SharedPatch
from tb_deadrelu_plugin.instrument.probes import Probe

OnWatched = Callable[[tf.Tensor, list[tf.Tensor]], None]
PassingOver = Callable[[], contextlib.AbstractContextManager[None]]


class Attachment:
    """Probes on a model's layers, in place while anybody is within `attached`.

    Only instance attributes are set and set back. What a layer's `get_config`
    reads is replaced only while the layer's `call` runs, so that saving,
    cloning and pickling never see it.

    Args:
      probes: Pairs of target and probe.
      on_watched: Is told each activation that was watched, and what it was
        computed from.
      passing_over: Returns a context for what is watched as a whole.
      model_input: Looks at what the first layers are given.
    """

    def __init__(
        self,
        probes: list[tuple[Target, Probe]],
        on_watched: OnWatched,
        passing_over: PassingOver,
        model_input: ModelInput,
    ) -> None:
        self._patches: list[SharedPatch] = []
        recurrent_layers: dict[int, tuple[Any, list[tuple[Any, Probe]]]] = {}
        for target, probe in probes:
            if target.reach is Reach.RECURRENT:
                recurrent_layers.setdefault(id(target.layer), (target.layer, []))[1].append((target.cell, probe))
        # A layer may have several activations; each stands in for the `call` that the one before has made.
        calls: dict[int, tuple[Any, Callable[..., Any]]] = {}
        for layer, cells in recurrent_layers.values():
            loop = recurrent.watched_inner_loop(layer, cells)
            self._patches.append(SharedPatch(layer, "inner_loop", loop))
            calls[id(layer)] = layer, _as_a_whole(layer.call, passing_over)
        for target, probe in probes:
            if target.reach is Reach.RECURRENT:
                continue
            layer = target.layer
            call = calls[id(layer)][1] if id(layer) in calls else layer.call
            calls[id(layer)] = layer, _watched_call(target, probe, call, on_watched)
        self._layers = [layer for layer, _ in calls.values()]
        for layer in model_input.layers:
            if id(layer) in calls:
                calls[id(layer)] = layer, model_input.around(layer, calls[id(layer)][1])
            else:
                # Another attachment may have put its probe on it by then.
                around = functools.partial(_looked_at, layer, model_input)
                self._patches.append(SharedPatch(layer, "call", make=around))
        self._patches += [SharedPatch(layer, "call", _marked(call)) for layer, call in calls.values()]

    @contextlib.contextmanager
    def attached(self) -> Iterator[None]:
        """Puts the probes in place for the length of the context."""
        with contextlib.ExitStack() as stack:
            for patch in self._patches:
                stack.enter_context(patch)
            yield

    @property
    def is_taken(self) -> bool:
        """Whether another attachment is in place on any of the layers."""
        return any(getattr(vars(layer).get("call"), _MARK, False) for layer in self._layers)


_MARK = "_dead_relu_probe"


def _marked(function: Callable[..., Any]) -> Callable[..., Any]:
    setattr(function, _MARK, True)
    return function


def _looked_at(layer: Any, model_input: ModelInput) -> Callable[..., Any]:
    return model_input.around(layer, layer.call)


def _as_a_whole(call: Callable[..., Any], passing_over: PassingOver) -> Callable[..., Any]:
    def whole(*args: Any, **kwargs: Any) -> Any:
        with passing_over():
            return call(*args, **kwargs)

    return whole


def _watched_call(target: Target, probe: Probe, call: Callable[..., Any], on_watched: OnWatched) -> Callable[..., Any]:
    layer = target.layer
    if target.reach is Reach.OUTPUT:
        return probe.around_output(call, on_watched)
    local = threading.local()

    def mask(z: tf.Tensor) -> tf.Tensor | None:
        return _valid(layer, getattr(local, "mask", None), z)

    if target.reach is Reach.CALL:
        inner = probe.around(call, mask, on_watched)
        patch: SharedPatch | contextlib.nullcontext = contextlib.nullcontext()
    else:
        inner = call
        # As the layer has it when it is called: it may be given another one between trainings.
        patch = SharedPatch(
            layer, target.attribute, make=lambda: probe.around(getattr(layer, target.attribute), mask, on_watched)
        )

    @functools.wraps(call, updated=())
    def watched_call(*args: Any, **kwargs: Any) -> Any:
        first = args[0] if args else next(iter(kwargs.values()), None)
        before = getattr(local, "mask", None)
        local.mask = getattr(first, "_keras_mask", None)
        try:
            with patch:
                return inner(*args, **kwargs)
        finally:
            local.mask = before

    return watched_call


def _valid(layer: Any, mask: Any, z: tf.Tensor) -> tf.Tensor | None:
    """Keras' mask of a layer's input as bool tensor that broadcasts against `z`, or None where it has none or does not fit."""
    if mask is None or not getattr(layer, "supports_masking", False):
        return None
    if z.shape.rank is None or mask.shape.rank is None or mask.shape.rank >= z.shape.rank:
        return None
    moves_positions = getattr(layer, "padding", "same") not in ("same", "causal") or any(
        stride != 1 for stride in tf.nest.flatten(getattr(layer, "strides", 1))
    )
    if moves_positions or not z.shape[: mask.shape.rank].is_compatible_with(mask.shape):
        return None
    return tf.reshape(
        tf.cast(mask, tf.bool), tf.concat([tf.shape(mask), [1] * (z.shape.rank - mask.shape.rank)], axis=0)
    )
