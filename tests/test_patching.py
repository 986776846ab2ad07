"""Attributes that are set for a while, by threads that come and go in any order."""

from __future__ import annotations

import itertools
import threading

import pytest

from tb_deadrelu_plugin.instrument.patching import SharedPatch, instance_attribute


class Layer:
    def __init__(self) -> None:
        self.activation = "own"

    def call(self) -> str:
        return "the class's"


# Who enters (and who leaves): every order in which three threads can do both.
ORDERS = [
    order for order in set(itertools.permutations("aabbcc")) if order.index("a") < order.index("b") < order.index("c")
]


@pytest.mark.parametrize("order", sorted(ORDERS), ids="".join)
def test_shared_patch_lasts_as_long_as_anybody_needs_it(order: tuple[str, ...]) -> None:
    layer = Layer()
    patch = SharedPatch(layer, "activation", "patched")
    inside: set[str] = set()
    for name in order:
        thread = threading.Thread(target=patch.__exit__ if name in inside else patch.__enter__)
        thread.start()
        thread.join()
        inside ^= {name}
        assert layer.activation == ("patched" if inside else "own")
    assert vars(layer) == {"activation": "own"}


def test_shared_patch_in_threads_that_run_at_once() -> None:
    layer, wrong = Layer(), []
    patch = SharedPatch(layer, "call", lambda: "patched")

    def work() -> None:
        for _ in range(2000):
            with patch:
                if layer.call() != "patched":
                    wrong.append(layer.call())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert vars(layer) == {"activation": "own"} and layer.call() == "the class's"


def test_patches_within_each_other() -> None:
    layer = Layer()
    outer, inner = SharedPatch(layer, "activation", "outer"), SharedPatch(layer, "activation", "inner")
    with outer:
        with inner, inner, instance_attribute(layer, "call", "a call"):
            assert layer.activation == "inner" and layer.call == "a call"
        assert layer.activation == "outer" and "call" not in vars(layer)
    # Each context sees the attribute as it was when the first one came, not when the patch was made.
    layer.activation = "changed"
    with outer:
        pass
    assert layer.activation == "changed"


def test_attributes_are_as_before_after_an_exception() -> None:
    layer = Layer()
    with pytest.raises(ZeroDivisionError), SharedPatch(layer, "call", None), instance_attribute(layer, "new", 1):
        raise ZeroDivisionError
    assert vars(layer) == {"activation": "own"}
