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
        self._until = most // 2
        self.stride = 1
        """Records that would be due for each that is written."""

    def expect(self, due: int | None) -> None:
        """Says how many more records will be due, or None where nobody knows."""
        if due is None:
            return
        left = max(self._most - self._written, self._most // 16)
        self.stride = max(1, -(-due // left))
        self._until = self._written + left

    def is_due(self) -> bool:
        """Tells whether a record that would be due is to be written."""
        self._passed += 1
        return self._passed >= self.stride

    def wrote(self) -> None:
        """Says that a record was written."""
        self._written += 1
        self._passed = 0
        if self._written >= self._until:
            self.stride *= 2
            self._until = self._written + max(1, self._most // 16)
