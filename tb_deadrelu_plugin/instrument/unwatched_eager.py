"""Finding the activations that a training step computes eagerly and no probe is around."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

import tensorflow as tf

from tb_deadrelu_plugin.instrument.unwatched import OPERATIONS, is_elsewhere

try:
    # Nothing that is public tells which operations are computed eagerly.
    from tensorflow.python.framework import op_callbacks
except ImportError:
    op_callbacks = None


@dataclasses.dataclass(frozen=True)
class _Made:
    """What is remembered of a result, none of which is kept alive.

    Attributes:
      result: The tensor.
      op_type: The operation that made it.
      has_power: Whether a power of something was added to it.
      sources: What it was computed from, and what that was.
    """

    result: Any
    op_type: str
    has_power: bool
    sources: list[Any]


class EagerScan:
    """Is told of each operation as it is computed; see `unwatched.Scan`."""

    def __init__(self) -> None:
        self._found: list[tuple[str, Any]] = []
        self._made: dict[int, _Made] = {}
        self._local = threading.local()

    @contextlib.contextmanager
    def looking(self) -> Iterator[None]:
        """See `unwatched.Scan`; where replicas have threads of their own, TensorFlow loses who is to be told there."""
        if op_callbacks is None or tf.distribute.get_strategy().num_replicas_in_sync > 1:
            yield
            return
        op_callbacks.add_op_callback(self._computed)
        try:
            yield
        finally:
            with contextlib.suppress(KeyError):
                op_callbacks.remove_op_callback(self._computed)

    def note(self, a: tf.Tensor, inputs: list[tf.Tensor]) -> None:
        """See `unwatched.Scan`."""
        own = [entry for entry in self._found if entry[1]() is a]
        if not own and not inputs:
            # Watched by hand: it comes of the last one, through dropout or the like.
            own = self._found[-1:]
        self._found = [entry for entry in self._found if entry not in own]

    @contextlib.contextmanager
    def passing_over(self) -> Iterator[None]:
        """See `unwatched.Scan`."""
        before = getattr(self._local, "passes_over", False)
        self._local.passes_over = True
        try:
            yield
        finally:
            self._local.passes_over = before

    within = passing_over

    def unwatched(self) -> list[str]:
        """See `unwatched.Scan`."""
        return list(dict.fromkeys(name for name, _ in self._found))

    def _computed(
        self,
        op_type: str,
        inputs: Sequence[Any],
        attrs: Any,
        outputs: Sequence[Any],
        op_name: str | None = None,
        graph: Any = None,
    ) -> None:
        scope = tf.get_current_name_scope()
        if graph is not None or getattr(self._local, "passes_over", False) or is_elsewhere(scope) or not outputs:
            return
        # Whatever goes wrong in looking must not stop training.
        with contextlib.suppress(Exception):
            name = self._name_of(op_type, inputs, outputs[0])
            if name is not None:
                self._found.append((f"{scope}/{name}".lstrip("/"), weakref.ref(outputs[0])))

    def _name_of(self, op_type: str, inputs: Sequence[Any], output: Any) -> str | None:
        """Name of the activation that an operation tells, and notes what those of several operations are told by."""
        known = [self._made_of(one) for one in inputs]
        is_silu = op_type == "Mul" and any(
            one is not None and one.op_type == "Sigmoid" and any(source() is x for source in one.sources)
            for one, x in zip(known, reversed(inputs))
        )
        has_power = op_type == "Pow" or any(one is not None and one.has_power for one in known)
        if op_type in ("AddV2", "Mul", "Pow", "Sigmoid"):
            sources = list(inputs)
            if op_type == "Sigmoid" and known[0] is not None and known[0].op_type == "Mul":
                # TensorFlow multiplies by a slope of 1 before, and lets go of the product at once.
                sources += [source() for source in known[0].sources]
            references = [weakref.ref(one) for one in sources if one is not None]
            self._made[id(output)] = _Made(weakref.ref(output), op_type, has_power, references)
        if is_silu:
            return "silu"
        # The polynomial in the tanh of the approximation has a power.
        if op_type in ("Erf", "Erfc") or (op_type == "Tanh" and has_power):
            return "Gelu"
        return op_type if op_type in OPERATIONS else None

    def _made_of(self, tensor: Any) -> _Made | None:
        made = self._made.get(id(tensor))
        # Its id may have been given again.
        return made if made is not None and made.result() is tensor else None
