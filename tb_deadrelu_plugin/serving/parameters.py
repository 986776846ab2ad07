"""Parameters of requests, with errors that say what was expected and what was given."""

from __future__ import annotations

from collections.abc import Iterable

from tensorboard import errors
from werkzeug import wrappers

# int() refuses thousands of digits, with an error of its own.
_MOST_DIGITS = 19


def required(request: wrappers.Request, name: str) -> str:
    """Returns the text of a parameter.

    Raises:
      tensorboard.errors.InvalidArgumentError: It is not given.
    """
    value = request.args.get(name)
    if value is None:
        got = listed(request.args) or "none"
        raise errors.InvalidArgumentError(f"{request.path} needs the parameter {name!r}, got: {got}.")
    return value


def integer(request: wrappers.Request, name: str, default: int | None, least: int, most: int) -> int:
    """Returns a parameter that is an integer from `least` to `most`; it is required where `default` is None.

    Raises:
      tensorboard.errors.InvalidArgumentError: It is not given, or is no such integer.
    """
    text = request.args.get(name) if default is not None else required(request, name)
    if text is None:
        assert default is not None
        return default
    value = _whole(text)
    if value is None or not least <= value <= most:
        limits = f"an integer of at least {least}" if most >= 2**62 else f"an integer from {least} to {most}"
        raise errors.InvalidArgumentError(f"{name} must be {limits}, got {text!r}.")
    return value


def part(request: wrappers.Request, name: str) -> tuple[int, int] | None:
    """Returns a parameter A-B as (A, B), or None if it is not given.

    Raises:
      tensorboard.errors.InvalidArgumentError: It is not two integers with A < B.
    """
    text = request.args.get(name)
    if text is None:
        return None
    first, end = (_whole(half) for half in text.partition("-")[::2])
    if first is None or end is None or first >= end:
        raise errors.InvalidArgumentError(f"{name} must be A-B with 0 <= A < B (B is excluded), got {text!r}.")
    return first, end


def one_of(request: wrappers.Request, name: str, known: Iterable[str], default: str) -> str:
    """Returns a parameter that is one of the known names.

    Raises:
      tensorboard.errors.InvalidArgumentError: It is none of them.
    """
    known = list(known)
    value = request.args.get(name, default)
    if value not in known:
        raise errors.InvalidArgumentError(f"{name} must be one of {listed(known)}, got {value!r}.")
    return value


def listed(names: Iterable[str]) -> str:
    """Names in quotes, with commas between them."""
    return ", ".join(repr(name) for name in names)


def _whole(text: str) -> int | None:
    # isascii, for isdigit and int take digits of other scripts as well.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
