"""The probe for recurrent layers: every time step's state, and the gradient that reaches it through time.

The loss reaches the state h_t both as an output and through every later
state, so the gradient has to be taken inside the time loop, where nothing can
be added to variables. Therefore two rows of zeros, one entry per unit, are
tied to every state: what comes back as their "gradient" is each step's sum of
squares of dL/dh where h > 0, and its number of entries that are not finite.
TensorFlow adds these up over the time steps by itself, as it does for every
tensor that a loop uses in all of its steps.
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf

from tb_deadrelu_plugin.instrument import counting
from tb_deadrelu_plugin.instrument.clock import Tick
from tb_deadrelu_plugin.instrument.patching import instance_attribute
from tb_deadrelu_plugin.instrument.probes import Probe

Cells = list[tuple[Any, Probe]]


def watched_inner_loop(layer: keras.layers.RNN, cells: Cells) -> Callable[..., Any]:
    """Returns what to call in place of `layer.inner_loop`.

    It goes by `RNN.inner_loop`, as GRU and LSTM do themselves for activations
    other than tanh: cuDNN has no others.

    Args:
      layer: The layer.
      cells: Its cell, or those of its stacked cells that are watched, and a
        probe for each.
    """
    plain = layer.inner_loop

    def inner_loop(sequences: tf.Tensor, initial_state: Any, mask: Any, training: bool = False) -> Any:
        tick = cells[0][1].tick
        if tick is None:
            return plain(sequences, initial_state, mask, training)
        try:
            return _watched(layer, cells, tick, sequences, initial_state, mask, training)
        except Exception as error:  # Whatever a cell makes of it must not stop training.
            cells[0][1].give_up(error)
            return plain(sequences, initial_state, mask, training)

    return inner_loop


def _watched(
    layer: keras.layers.RNN,
    cells: Cells,
    tick: Tick,
    sequences: tf.Tensor,
    initial_state: Any,
    mask: Any,
    training: bool,
) -> tuple[tf.Tensor, tf.Tensor, Any]:
    sizes = [cell.units for cell, _ in cells]
    taps = [_tap(probe, tick, cell.units, [sequences, tf.convert_to_tensor(cell.kernel)]) for cell, probe in cells]
    with _tied(layer.cell, cells, taps) as has_own_output, instance_attribute(layer, "return_sequences", True):
        last, outputs, final = keras.layers.RNN.inner_loop(layer, sequences, initial_state, mask, training=training)
    mask = mask[0] if isinstance(mask, (list, tuple)) else mask
    valid = None if mask is None else tf.cast(mask, tf.bool)[:, :, tf.newaxis]
    if valid is not None and layer.go_backwards:
        # The loop reads its inputs in reverse, and outputs are in its order.
        valid = tf.reverse(valid, [1])
    own = sum(sizes) if has_own_output else 0
    for (_, probe), states in zip(cells, tf.split(outputs[:, :, outputs.shape[-1] - sum(sizes) :], sizes, axis=-1)):
        probe.watch_activation(states, None, tick, valid)
    if own:
        last, outputs = (tensor[..., : tensor.shape[-1] - own] for tensor in (last, outputs))
    return last, outputs, final


def _tap(probe: Probe, tick: Tick, units: int, anchors: list[Any]) -> tf.Tensor | None:
    """Returns zeros, float64 [2, units], for `_tie`; what comes back for them is counted. None where nothing is to be."""
    accumulator = probe.accumulator_of(units)
    if tick.observed is False or not probe.reaches(*anchors):
        return None
    zeros = tf.zeros([2, units], tf.float64)

    # TensorFlow keeps gradient functions for ever; they must not keep the model.
    own = weakref.ref(probe)

    @tf.custom_gradient
    def tap(zeros: tf.Tensor, *anchors: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], list[None]]]:
        # The tape follows only what depends on a weight; the anchors do, and get no gradient from here.
        def gradient(counted: tf.Tensor) -> list[None]:
            counts = {"gradient_square_sum": counted[0], "non_finite_gradients": tf.cast(counted[1], tf.int64)}
            probe = own()
            if probe is not None:
                probe.add_gradient(accumulator, tick, lambda: counts)
            return [None] * (1 + len(anchors))

        return tf.identity(zeros), gradient

    return tap(zeros, *anchors)


@contextlib.contextmanager
def _tied(cell: Any, cells: Cells, taps: list[tf.Tensor | None]) -> Iterator[bool]:
    """Ties the states of the cells to the taps.

    Stacked cells give all watched states behind their own output, for the
    loop keeps outputs only; the context's value says so.
    """
    stacked = isinstance(cell, keras.layers.StackedRNNCells)
    states: list[tf.Tensor] = []

    def tie(call: Callable[..., Any], tap: tf.Tensor | None) -> Callable[..., Any]:
        def tied(inputs: tf.Tensor, state: Any, *args: Any, **kwargs: Any) -> tuple[tf.Tensor, Any]:
            output, new_state = call(inputs, state, *args, **kwargs)
            h = output if tap is None else _tie(output, tap)
            states.append(h)
            return h, [h, *new_state[1:]] if isinstance(new_state, (list, tuple)) else h

        return tied

    with contextlib.ExitStack() as stack:
        for (one, _), tap in zip(cells, taps):
            stack.enter_context(instance_attribute(one, "call", tie(one.call, tap)))
        if stacked:
            call = cell.call

            def with_states(*args: Any, **kwargs: Any) -> tuple[tf.Tensor, Any]:
                states.clear()
                output, new_states = call(*args, **kwargs)
                return tf.concat([output, *map(tf.stop_gradient, states)], axis=-1), new_states

            stack.enter_context(instance_attribute(cell, "call", with_states))
        yield stacked


@tf.custom_gradient
def _tie(h: tf.Tensor, tap: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]]:
    """Returns `h`; the tap gets what is counted of its gradient."""

    def gradient(dh: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        counts = counting.count_gradients(dh, unit_axis=1, gate=h > 0, small=True)
        both = [counts["gradient_square_sum"], tf.cast(counts["non_finite_gradients"], tf.float64)]
        return dh, tf.stack(both)

    return tf.identity(h), gradient
