"""What commands share: how they fail, and how they warn."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator


class CommandError(Exception):
    """The command can't do what was asked; its text is for the user.

    Attributes:
      status: The command's exit status: 1, or 2 where the arguments are wrong.
    """

    def __init__(self, text: str, status: int = 1) -> None:
        super().__init__(text)
        self.status = status


@contextlib.contextmanager
def warnings_on_stderr(
    said: set[str] | None = None, left_out: Callable[[str], bool] = lambda text: False
) -> Iterator[None]:
    """Prints the warnings that are raised within, each once.

    Args:
      said: Texts that were printed before, and are not again; it gets those
        that are printed now.
      left_out: Says of a text that it is not to be printed.
    """
    said = set() if said is None else said
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            yield
        finally:
            for text in [str(warning.message) for warning in caught]:
                if text not in said and not left_out(text):
                    said.add(text)
                    print(f"deadrelu: warning: {text}", file=sys.stderr)
