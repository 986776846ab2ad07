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
    Paths have "/" between what contains and what is contained. A part has its
    own name, or where Keras gave it that (`dense_3`, which the next model in
    the same process has not) the name of the attribute that holds it, unless
    it is in a Functional or Sequential model.
    """
    return list(_walk(model, "", set(), whole=False))


def _walk(parent: Any, prefix: str, seen: set[int], whole: bool) -> Iterator[tuple[str, Any]]:
    for name, child in _children(parent):
        if isinstance(child, keras.layers.InputLayer) or id(child) in seen:
            continue
        seen.add(id(child))
        path = f"{prefix}{name}"
        if not isinstance(child, keras.Model):
            yield path, child
        if isinstance(child, keras.Model) or not whole:
            yield from _walk(child, f"{path}/", seen, whole)


def _children(parent: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(parent, keras.Sequential):
        yield from ((layer.name, layer) for layer in parent.layers)
    elif isinstance(parent, keras.Model) and hasattr(parent, "operations"):
        yield from ((operation.name, operation) for operation in parent.operations)
        in_graph = {id(operation) for operation in parent.operations}
        yield from (found for found in _held(parent) if id(found[1]) not in in_graph)
    elif _is_layer(parent):
        yield from _held(parent)


def _held(parent: keras.layers.Layer) -> Iterator[tuple[str, Any]]:
    """The layers that Keras tracks among a layer's attributes, in the order in which they were set."""
    names = _attribute_names(parent)
    for layer in parent._flatten_layers(include_self=False, recursive=False):
        attribute = names.get(id(layer))
        yield attribute if attribute is not None and _named_by_keras(layer) else layer.name, layer


def _attribute_names(parent: keras.layers.Layer) -> dict[int, str]:
    names: dict[int, str] = {}
    for name, value in vars(parent).items():
        if name.startswith("_"):
            continue
        if _is_layer(value):
            names.setdefault(id(value), name)
        elif isinstance(value, (list, tuple)):
            for number, item in enumerate(value):
                names.setdefault(id(item), f"{name}_{number}")
        elif isinstance(value, dict):
            for key, item in value.items():
                names.setdefault(id(item), f"{name}_{key}")
    return names


def _named_by_keras(layer: keras.layers.Layer) -> bool:
    """Whether the name is the class's in snake case, with or without a number."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", type(layer).__name__).lower()
    plain = re.sub(r"_\d+$", "", layer.name)
    return plain.replace("_", "") == words.replace("_", "")


def _is_layer(value: Any) -> bool:
    return isinstance(value, keras.layers.Layer)
