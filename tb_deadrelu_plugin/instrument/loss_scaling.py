"""How the loss is scaled in mixed precision, so that recorded gradients are those of the loss itself."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf

from tb_deadrelu_plugin.instrument.patching import SharedPatch


@dataclasses.dataclass(frozen=True)
class LossScale:
    """How the loss is scaled.

    Attributes:
      factor: Real scalar tensor.
      skips_overflow: Whether the optimizer passes over batches whose gradients
        are not finite.
    """

    factor: tf.Tensor
    skips_overflow: bool


LossScaleFunction = Callable[[], "LossScale | None"]


def of_optimizer(optimizer: Any) -> LossScale | None:
    """How an optimizer's `scale_loss` scales just now, within a training step; None if it does not, or is None."""
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        factor = optimizer.dynamic_scale if optimizer.built else optimizer.initial_scale
        return LossScale(tf.convert_to_tensor(factor), skips_overflow=True)
    fixed = getattr(optimizer, "loss_scale_factor", None)
    return None if fixed is None else LossScale(tf.constant(fixed, tf.float64), skips_overflow=False)


def of_model(model: keras.Model) -> LossScaleFunction:
    """Returns what tells how the model's optimizer scales in Keras' own training step, which always does."""
    return lambda: of_optimizer(getattr(model, "optimizer", None))


class NoticedScaling:
    """Tells how the loss is scaled in a loop of one's own, if a step is seen to call the compiled optimizer's `scale_loss`.

    That the model was compiled with an optimizer does not say that the loop
    uses it.

    Args:
      model: The model, or None.
    """

    def __init__(self, model: keras.Model | None) -> None:
        self._model = model
        self._local = threading.local()
        self._patch: tuple[Any, SharedPatch] | None = None

    def __call__(self) -> LossScale | None:
        """How the step that this thread has begun last scales its loss."""
        return of_optimizer(getattr(self._local, "optimizer", None))

    @contextlib.contextmanager
    def noticing(self) -> Iterator[None]:
        """Looks out for `scale_loss` within the context; a training step begins with it."""
        self._local.optimizer = None
        optimizer = getattr(self._model, "optimizer", None)
        if optimizer is None:
            yield
            return
        if self._patch is None or self._patch[0] is not optimizer:
            self._patch = optimizer, SharedPatch(optimizer, "scale_loss", make=lambda: self._noticed(optimizer))
        with self._patch[1]:
            yield

    def _noticed(self, optimizer: Any) -> Callable[[Any], Any]:
        scale_loss = optimizer.scale_loss

        def noticed(loss: Any) -> Any:
            self._local.optimizer = optimizer
            return scale_loss(loss)

        return noticed
