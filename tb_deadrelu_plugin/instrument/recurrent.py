"""The probe for recurrent layers: every time step's state, and the gradient that reaches it through time.

The loss reaches the state h_t both as an output and through every later
state, so the gradient has to be taken inside the time loop, where nothing can
be added up. Therefore a tensor of zeros, one entry per state, runs through
the loop beside the inputs and is tied to the states: its gradient is dL/dh,
for all time steps at once, when it comes out again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf

from tb_deadrelu_plugin.instrument.probes import Probe, instance_attribute


def watched_inner_loop(layer: keras.layers.RNN, probe: Probe) -> Callable[..., Any]:
    """Returns what to call in place of `layer.inner_loop`.

    It goes by `RNN.inner_loop`, as GRU and LSTM do themselves for activations
    other than tanh: cuDNN has no others.
    """
    plain = layer.inner_loop

    def inner_loop(sequences: tf.Tensor, initial_state: Any, mask: Any, training: bool = False) -> Any:
        try:
            return _watched(layer, probe, sequences, initial_state, mask, training)
        except Exception as error:  # Whatever a cell of its own kind makes of it must not stop training.
            probe.give_up(error)
            return plain(sequences, initial_state, mask, training)

    return inner_loop


def _watched(
    layer: keras.layers.RNN, probe: Probe, sequences: tf.Tensor, initial_state: Any, mask: Any, training: bool
) -> tuple[tf.Tensor, tf.Tensor, Any]:
    first = initial_state[0] if isinstance(initial_state, (list, tuple)) else initial_state
    units = first.shape[-1]
    shape = tf.shape(sequences)
    zeros = tf.zeros(tf.stack([shape[0], shape[1], units]), sequences.dtype)
    zeros.set_shape([sequences.shape[0], sequences.shape[1], units])
    mask = mask[0] if isinstance(mask, (list, tuple)) else mask
    valid = None if mask is None else tf.cast(mask, tf.bool)[:, :, tf.newaxis]
    outputs: list[tf.Tensor] = []
    tap = _gradient_tap(probe, zeros, [sequences, layer.cell.kernel], outputs, valid, layer.go_backwards)
    with _tied_cell(layer.cell, units), instance_attribute(layer, "return_sequences", True):
        last, states, final = keras.layers.RNN.inner_loop(
            layer, tf.concat([sequences, tap], axis=-1), initial_state, mask, training=training
        )
    outputs.append(tf.stop_gradient(states))
    probe.watch_activation(states, None, valid=_in_output_order(valid, layer.go_backwards))
    return last, states, final


def _gradient_tap(
    probe: Probe,
    zeros: tf.Tensor,
    anchors: list[Any],
    outputs: list[tf.Tensor],
    valid: tf.Tensor | None,
    go_backwards: bool,
) -> tf.Tensor:
    """Returns `zeros`; its gradient, that of the states, is counted where `outputs[0]` > 0."""

    @tf.custom_gradient
    def tap(zeros: tf.Tensor, *anchors: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], list[None]]]:
        # The tape follows only what depends on a weight; the anchors do, and get no gradient from here.
        def gradient(dh: tf.Tensor) -> list[None]:
            states = outputs[0]
            accumulator = probe.accumulator
            assert accumulator is not None
            # The loop reads its inputs in reverse under go_backwards, so the tap's time runs against the outputs'.
            dh = _in_output_order(dh, go_backwards)
            order = _in_output_order(valid, go_backwards)
            probe.add_gradient(accumulator, dh, 2, gate=states > 0, valid=order)
            return [None] * (1 + len(anchors))

        return tf.identity(zeros), gradient

    return tap(zeros, *[tf.convert_to_tensor(anchor) for anchor in anchors])


def _in_output_order(sequence: tf.Tensor | None, go_backwards: bool) -> tf.Tensor | None:
    return sequence if sequence is None or not go_backwards else tf.reverse(sequence, [1])


@contextlib.contextmanager
def _tied_cell(cell: keras.layers.Layer, units: int) -> Iterator[None]:
    call = cell.call

    def tied(inputs: tf.Tensor, states: Any, *args: Any, **kwargs: Any) -> tuple[tf.Tensor, Any]:
        inputs, tap = tf.split(inputs, [inputs.shape[-1] - units, units], axis=-1)
        output, new_states = call(inputs, states, *args, **kwargs)
        h = _tie(output, tap)
        if isinstance(new_states, (list, tuple)):
            return h, [h, *new_states[1:]]
        return h, h

    with instance_attribute(cell, "call", tied):
        yield


@tf.custom_gradient
def _tie(h: tf.Tensor, tap: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]]:
    """Returns `h`; the tap gets its gradient too."""
    return tf.identity(h), lambda dh: (dh, dh)
