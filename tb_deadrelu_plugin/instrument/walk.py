"""All layers of a model, nested ones included, each under a path that reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import keras


def layer_paths(model: keras.Model) -> list[tuple[str, keras.layers.Layer]]:
    """The model's layers as its summary has them: nested models taken apart, other layers whole, inputs left out."""
    return [(path, layer) for path, layer in _walk(model, "", set(), whole=True) if _is_layer(layer)]


def operation_paths(model: keras.Model) -> list[tuple[str, Any]]:
    """All layers and operations of a model, those inside of composite layers and wrappers included.

    Each comes once, under its first path, and before what it is made of.
    Paths have "/" between what contains and what is contained, and no two are
    the same. A part of a Functional or Sequential model has its own name.
    Other parts have that too, but not if Keras made it up: `dense_3` may be
    `dense_5` in the next model of its kind. They have the name of the
    attribute that holds them, and what is in Functional and Sequential models
    below them is numbered anew.
    """
    return list(_walk(model, "", set(), whole=False))


def unique(name: str, taken: set[str]) -> str:
    """Returns the name, with a number if it is taken, and takes it."""
    number, given = 0, name
    while name in taken:
        number += 1
        name = f"{given}_{number}"
    taken.add(name)
    return name


def is_graph(layer: Any) -> bool:
    """Whether it is a Functional or Sequential model."""
    return isinstance(layer, keras.Sequential) or (isinstance(layer, keras.Model) and hasattr(layer, "operations"))


def _walk(parent: Any, prefix: str, seen: set[int], whole: bool, held: bool = False) -> Iterator[tuple[str, Any]]:
    """Args: whether layers that are no models stay whole; whether an attribute holds the parent, directly or not."""
    taken: set[str] = set()
    for name, child in _children(parent, held):
        if isinstance(child, keras.layers.InputLayer) or id(child) in seen:
            continue
        seen.add(id(child))
        path = prefix + unique(name, taken)
        is_model = isinstance(child, keras.Model)
        if not is_model or not (whole or is_graph(child)):
            yield path, child
        if is_model or not whole:
            yield from _walk(child, f"{path}/", seen, whole, held or not is_graph(parent))


def _children(parent: Any, held: bool) -> Iterator[tuple[str, Any]]:
    if is_graph(parent):
        operations = parent.layers if isinstance(parent, keras.Sequential) else parent.operations
        yield from (((_stem(one) if held else None) or one.name, one) for one in operations)
        in_graph = {id(operation) for operation in operations}
        if not isinstance(parent, keras.Sequential):
            yield from (found for found in _held(parent) if id(found[1]) not in in_graph)
    elif _is_layer(parent):
        yield from _held(parent)


def _held(parent: keras.layers.Layer) -> Iterator[tuple[str, Any]]:
    """The layers that Keras tracks among a layer's attributes, in the order in which they were set."""
    names = _attribute_names(parent)
    for layer in parent._flatten_layers(include_self=False, recursive=False):
        stem = _stem(layer)
        if stem is None or isinstance(parent, keras.layers.Bidirectional):
            yield stem or layer.name, layer
        else:
            yield names.get(id(layer), stem), layer


def _attribute_names(parent: keras.layers.Layer) -> dict[int, str]:
    names: dict[int, str] = {}

    def note(name: str, value: Any) -> None:
        if _is_layer(value):
            names.setdefault(id(value), name)
        elif isinstance(value, (list, tuple)):
            for number, item in enumerate(value):
                note(f"{name}_{number}", item)
        elif isinstance(value, dict):
            for key, item in value.items():
                note(f"{name}_{key}", item)

    # What Keras and TensorFlow keep for themselves has other names than the user's attributes.
    own = {name for name in vars(parent) if name.startswith("_self_")} | _BASE_ATTRIBUTES
    for private in (False, True):
        for name, value in vars(parent).items():
            if name.startswith("_") == private and name not in own:
                note(name.lstrip("_"), value)
    return names


_BASE_ATTRIBUTES = {"_layers", "_metrics", "_functional", "_inbound_nodes", "_outbound_nodes", "_tracker"}


def _stem(operation: Any) -> str | None:
    """The name without its number where Keras made it up: the class's in snake case; else None."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", type(operation).__name__).lower()
    stem = re.sub(r"_\d+$", "", operation.name)
    # Bidirectional names its two layers after the one given.
    plain = re.sub(r"^(forward|backward)_", "", stem)
    same = {stem.replace("_", ""), plain.replace("_", "")}
    return stem if words.replace("_", "") in same else None


def _is_layer(value: Any) -> bool:
    return isinstance(value, keras.layers.Layer)
