"""Functions wrapped in a probe. Whatever goes wrong in watching must not stop training: they return what they did."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tb_deadrelu_plugin.instrument.probes import Probe


def around(
    probe: Probe,
    function: Callable[..., tf.Tensor],
    mask: Callable[[tf.Tensor], tf.Tensor | None] = lambda z: None,
    on_watched: Callable[[tf.Tensor, list[tf.Tensor]], None] = lambda a, inputs: None,
) -> Callable[..., tf.Tensor]:
    """Returns an activation function with a probe before and after it.

    Args:
      probe: Counts what the function is given and returns.
      function: The activation function.
      mask: Gives, for pre-activations, which positions are samples: a bool
        tensor that broadcasts against them, or None for all.
      on_watched: Is told the activations and what they were computed from.
    """

    @functools.wraps(function, updated=())
    def watched(*args: Any, **kwargs: Any) -> tf.Tensor:
        if not probe.is_in_step or not (args or kwargs):
            return function(*args, **kwargs)
        tick = probe.tick
        # Pre-activations may be given by name: relu(features=z), relu(x=z).
        name = None if args else next(iter(kwargs))
        z = watched_z = args[0] if name is None else kwargs[name]
        valid = None
        try:
            if tick is not None:
                valid = mask(z)
                watched_z = probe.watch_gradient(z, tick, valid)
        except Exception as error:  # Watching must not stop training, here and below.
            probe.give_up(error)
            tick, watched_z = None, z
        if name is None:
            args = (watched_z, *args[1:])
        else:
            kwargs[name] = watched_z
        a = function(*args, **kwargs)
        try:
            on_watched(a, [watched_z])
            if tick is not None:
                probe.watch_activation(a, watched_z, tick, valid)
        except Exception as error:
            probe.give_up(error)
        return a

    return watched


def around_output(
    probe: Probe,
    call: Callable[..., tf.Tensor],
    on_watched: Callable[[tf.Tensor, list[tf.Tensor]], None] = lambda a, inputs: None,
) -> Callable[..., tf.Tensor]:
    """Returns a layer's `call` with a probe after it, where its pre-activations can't be reached."""

    @functools.wraps(call, updated=())
    def watched(*args: Any, **kwargs: Any) -> tf.Tensor:
        a = call(*args, **kwargs)
        if not probe.is_in_step:
            return a
        tick = probe.tick
        try:
            on_watched(a, list(args[:1]))
            if tick is None:
                return a
            valid = kwargs.get("mask")
            if valid is not None:
                ones = [1] * (a.shape.rank - valid.shape.rank)
                valid = tf.reshape(tf.cast(valid, tf.bool), tf.concat([tf.shape(valid), ones], axis=0))
            return probe.watch_output(a, tick, valid)
        except Exception as error:  # Watching must not stop training.
            probe.give_up(error)
            return a

    return watched
