"""How far apart records are, so that a run never has too many of them."""

from __future__ import annotations


class Spacing:
    """Thins out the records of a run.

    Where it is known how many records would be due, they are spread evenly.
    Where it is not, every one is written up to half of `most`, and from then
    on the window doubles after every sixteenth of `most`: so `most` last for
    some 30 times as many as were due, and each doubling of the training adds
    a sixteenth.

    Args:
      most: Records that a run may have, at least 16.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._written = 0
        self._passed = 0
        self._trainings = 0
        self._until = most // 2
        self.stride = 1
        """Records that would be due for each that is written."""

    def expect(self, due: int | None) -> None:
        """Says how many records will be due in a training, or None where nobody knows.

        Only the first training of a run is planned by it; what follows has
        what is left, and then windows double.
        """
        if due is None:
            return
        self._trainings += 1
        if self._trainings == 1 and self._written == 0:
            self.stride = max(1, -(-due // self._most))
            self._until = self._most

    def is_due(self, final: bool = False) -> bool:
        """Tells whether a record that would be due is to be written; at the end of a training, what is left over."""
        self._passed += not final
        # Each of many short trainings would have a record of its own.
        left_over = final and (self._trainings <= 1 or self.stride == 1 or 2 * self._passed >= self.stride)
        return self._passed >= self.stride or left_over

    def wrote(self) -> None:
        """Says that a record was written."""
        self._written += 1
        self._passed = 0
        if self._written >= self._until:
            self.stride *= 2
            self._until = self._written + max(1, self._most // 16)
