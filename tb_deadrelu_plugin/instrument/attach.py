"""Putting probes on a model's layers, and taking them off."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import tensorflow as tf

from tb_deadrelu_plugin.instrument import recurrent, wrapping
from tb_deadrelu_plugin.instrument.discovery import Reach, Target
from tb_deadrelu_plugin.instrument.model_input import ModelInput
from tb_deadrelu_plugin.instrument.patching import SharedPatch
from tb_deadrelu_plugin.instrument.probes import Probe


@dataclasses.dataclass(frozen=True)
class Scanning:
    """What looks for activations that are not watched; see `unwatched.Scan`.

    Attributes:
      on_watched: Is told each activation that was watched, and what it was
        computed from.
      passing_over: Returns a context for what is watched as a whole.
      within: Returns a context for a function with a probe around it.
    """

    on_watched: Callable[[tf.Tensor, list[tf.Tensor]], None]
    passing_over: Callable[[], contextlib.AbstractContextManager[None]]
    within: Callable[[], contextlib.AbstractContextManager[None]]


class Attachment:
    """Probes on a model's layers, in place while anybody is within `attached`.

    Only instance attributes are set and set back. What a layer's `get_config`
    reads is replaced only while the layer's `call` runs, so that saving,
    cloning and pickling never see it.

    Args:
      probes: Pairs of target and probe.
      scanning: Is told what is watched.
      model_input: Looks at what the first layers are given.
      looked_at: These layers.
    """

    def __init__(
        self,
        probes: list[tuple[Target, Probe]],
        scanning: Scanning,
        model_input: ModelInput,
        looked_at: Sequence[Any],
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
            calls[id(layer)] = layer, _in_context(layer.call, scanning.passing_over)
        for target, probe in probes:
            if target.reach is Reach.RECURRENT:
                continue
            layer = target.layer
            call = calls[id(layer)][1] if id(layer) in calls else layer.call
            calls[id(layer)] = layer, _watched_call(target, probe, call, scanning)
        self._layers = [layer for layer, _ in calls.values()]
        for layer in looked_at:
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


def marked_like(function: Callable[..., Any], call: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a function that stands in for `call`, and tells as that does whether the layer is watched."""
    return _marked(function) if getattr(call, _MARK, False) else function


def _looked_at(layer: Any, model_input: ModelInput) -> Callable[..., Any]:
    return model_input.around(layer, layer.call)


def _in_context(
    function: Callable[..., Any], context: Callable[[], contextlib.AbstractContextManager[None]]
) -> Callable[..., Any]:
    @functools.wraps(function, updated=())
    def whole(*args: Any, **kwargs: Any) -> Any:
        with context():
            return function(*args, **kwargs)

    return whole


def _watched_call(target: Target, probe: Probe, call: Callable[..., Any], scanning: Scanning) -> Callable[..., Any]:
    layer = target.layer
    if target.reach is Reach.OUTPUT:
        return wrapping.around_output(probe, _in_context(call, scanning.within), scanning.on_watched)
    local = threading.local()

    def mask(z: tf.Tensor) -> tf.Tensor | None:
        return _valid(layer, getattr(local, "mask", None), z)

    def with_probe(function: Callable[..., Any]) -> Callable[..., Any]:
        return wrapping.around(probe, _in_context(function, scanning.within), mask, scanning.on_watched)

    if target.reach is Reach.CALL:
        inner = with_probe(call)
        patch: SharedPatch | contextlib.nullcontext = contextlib.nullcontext()
    else:
        inner = call
        # As the layer has it when it is called: it may be given another one between trainings.
        patch = SharedPatch(layer, target.attribute, make=lambda: with_probe(getattr(layer, target.attribute)))

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
