"""Setting attributes of layers for a while, and setting them back."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

_ABSENT = object()


@contextlib.contextmanager
def instance_attribute(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Sets an instance attribute for the length of the context.

    It goes past the object's own bookkeeping (Keras tracks what is set on
    layers and models) and is set back whatever happens.
    """
    attributes = vars(owner)
    before = attributes.get(name, _ABSENT)
    attributes[name] = value
    try:
        yield
    finally:
        _restore(attributes, name, before)


class SharedPatch:
    """Sets an instance attribute while anybody is within it.

    The replicas of a `tf.distribute` strategy are traced in threads that take
    turns, so that they come and go in any order: the first one sets the
    attribute, the last one sets it back.

    Args:
      owner, name, value: What to set.
      make: Makes the value anew each time, in place of `value`.
    """

    def __init__(self, owner: Any, name: str, value: Any = None, *, make: Callable[[], Any] | None = None) -> None:
        self._owner = owner
        self._name = name
        self._value = value
        self._make = make
        self._before: Any = _ABSENT
        self._entries = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            if self._entries == 0:
                attributes = vars(self._owner)
                self._before = attributes.get(self._name, _ABSENT)
                attributes[self._name] = self._value if self._make is None else self._make()
            self._entries += 1

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self._entries -= 1
            if self._entries == 0:
                _restore(vars(self._owner), self._name, self._before)
                self._before = _ABSENT


def _restore(attributes: dict[str, Any], name: str, before: Any) -> None:
    if before is _ABSENT:
        attributes.pop(name, None)
    else:
        attributes[name] = before
