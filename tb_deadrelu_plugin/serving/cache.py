"""A cache bounded in bytes, shared by the threads that TensorBoard serves in."""

from __future__ import annotations

import collections
import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class ByteBoundedCache(Generic[T]):
    """Keeps what was used last, up to a number of bytes.

    What two threads ask for at the same time is made once.
    """

    def __init__(self, most_bytes: int, size_of: Callable[[T], int]) -> None:
        """Creates an empty cache; `size_of` gives the bytes that a value takes."""
        self._most_bytes = most_bytes
        self._size_of = size_of
        self._lock = threading.Lock()
        self._entries: collections.OrderedDict[Hashable, tuple[T, int]] = collections.OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._bytes = 0

    @property
    def bytes_kept(self) -> int:
        """Bytes of all values kept."""
        return self._bytes

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Returns the value of `key`, made if it is not kept; an error of `make` is not kept."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key][0]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._entries:
                    return self._entries[key][0]
            try:
                value = make()
                self._keep(key, value)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return value

    def _keep(self, key: Hashable, value: T) -> None:
        size = self._size_of(value)
        # A value that alone is over the bound would empty the cache for nothing.
        if size > self._most_bytes:
            return
        with self._lock:
            self._entries[key] = (value, size)
            self._bytes += size
            while self._bytes > self._most_bytes:
                _, (_, dropped) = self._entries.popitem(last=False)
                self._bytes -= dropped
