"""Warnings of what can't be recorded."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

_BY_HAND = 'watch them where they are computed: from tb_deadrelu_plugin.tensorflow import watch; x = watch(x, "name").'


class Notices:
    """Says of one model what is not recorded, and what to do about it.

    Args:
      model: The model's name.
    """

    def __init__(self, model: str) -> None:
        self._model = model
        self._has_said_unwatched = False
        self._has_said_uncalled = False
        self._vectorized: set[str] = set()

    def warn_of_unwatched(self, names: Sequence[str]) -> None:
        """Activations that a step computes and no probe is around."""
        if names:
            self._has_said_unwatched = True
            self._warn(
                f"Model {self._model!r} has activations that can't be watched from outside: {_listed(names)}. "
                f"To record them, {_BY_HAND}"
            )

    def warn_of_vectorized(self, names: Sequence[str]) -> None:
        """Layers that are called within `tf.vectorized_map`."""
        new = [name for name in names if name not in self._vectorized]
        self._vectorized.update(new)
        if new:
            self._warn(
                f"Nothing is recorded within tf.vectorized_map, which builds its function for one element: "
                f"{_listed(new)}. To record what it computes, watch what it returns: "
                'from tb_deadrelu_plugin.tensorflow import watch; h = watch(tf.vectorized_map(...), "name").'
            )

    def warn_of_uncalled(self, names: Sequence[str], *, is_empty: bool) -> None:
        """Layers that no training step of the first window has called where they can be watched.

        Args:
          names: Paths of those layers.
          is_empty: Whether nothing at all is watched in the model.
        """
        if self._has_said_uncalled:
            return
        self._has_said_uncalled = True
        if is_empty and not self._has_said_unwatched:
            self._warn(
                f"Nothing is watched in model {self._model!r}: none of its layers has an activation of the ReLU "
                f"family. If its own code computes any, {_BY_HAND}"
            )
        if names:
            self._warn(
                f"Nothing is recorded of layers of model {self._model!r} that training steps do not call, or only "
                f"with training=False, or only within a tf.function of their own: {_listed(names)}. Take the inner "
                "tf.function away, or leave them out: layers=[...]."
            )

    def _warn(self, text: str) -> None:
        warnings.warn(text, stacklevel=3)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))
