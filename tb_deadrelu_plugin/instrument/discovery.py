"""Which activations of a Keras model are watched, and how each is reached."""

from __future__ import annotations

import dataclasses
import fnmatch
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import keras

from tb_deadrelu_plugin.instrument import activations, layout, walk
from tb_deadrelu_plugin.instrument.targets import Reach, Target

Selection: TypeAlias = "str | Sequence[str] | Callable[[str, Any], bool] | None"

_CELLS = (keras.layers.GRUCell, keras.layers.LSTMCell, keras.layers.SimpleRNNCell)
# The probe stands in for their time loop, not for one that a subclass has written anew.
_TIME_LOOPS = tuple(layer.inner_loop for layer in (keras.layers.RNN, keras.layers.GRU, keras.layers.LSTM))
_PATTERN = set("*?[")


@dataclasses.dataclass(frozen=True)
class Found:
    """What a model has to watch.

    Attributes:
      targets: In the order of the model's layers.
      unreachable: Paths of layers with an activation of the ReLU family that
        no probe reaches.
    """

    targets: list[Target]
    unreachable: list[str]


def find_targets(model: keras.Model, layers: Selection = None, *, so_far: bool = False) -> Found:
    """Finds what to watch.

    Args:
      model: A model.
      layers: Names, paths or patterns (`encoder/*`) of the layers to watch,
        whatever their activation, and of what contains them; or a function of
        path and layer that returns whether to watch it; all activations of
        the ReLU family if None.
      so_far: Whether there may be less than is asked for, for the model has
        yet to make some of its layers.

    Raises:
      ValueError: A name fits nothing or a layer without activation, or there is nothing to watch.
    """
    nodes = walk.operation_paths(model)
    if not nodes and not so_far:
        raise ValueError(
            f"Model {model.name!r} has no layers yet; build it first: call it once on a batch, or model.build(shape)."
        )
    candidates = list(_candidates(model, nodes))
    family = [target for target in candidates if target.activation.name in activations.FAMILY]
    if layers is None:
        unreachable = _unreachable(nodes, {id(target.layer) for target in candidates})
        if not (family or unreachable or so_far or _has_code_of_its_own(model, nodes)):
            raise ValueError(
                f"Nothing to watch in model {model.name!r}: none of its {len(nodes)} layers has an activation of the "
                f"ReLU family ({activations.watched_names()}), given as activation=... or as a layer of its own. "
                "Functions are known by their name, so that lambdas are not. "
                "To watch other layers, name them: layers=[...]."
            )
        return Found(family, unreachable)
    if callable(layers):
        chosen = [target for target in candidates if layers(target.name, target.layer)]
        if not chosen and not so_far:
            raise ValueError(
                f"Nothing to watch in model {model.name!r}: the function given as layers returned False for all of: "
                f"{_names(candidates)}."
            )
        return Found(chosen, [])
    names = [layers] if isinstance(layers, str) else list(layers)
    if not names:
        raise ValueError(
            f"Nothing to watch: layers must have at least one name, or be None for all layers with an activation of "
            f"the ReLU family, got {layers!r}."
        )
    wanted: set[int] = set()
    missing = []
    for name in names:
        fitting = [target for target in candidates if _fits(name, target.name)]
        fitting = fitting or [target for target in family if target.name.startswith(f"{name}/")]
        if not fitting and not so_far:
            _refuse_without_activation(name, nodes)
            missing.append(name)
        wanted.update(id(target) for target in fitting)
    if missing:
        raise ValueError(
            f"No layer {', '.join(map(repr, missing))} in model {model.name!r}; its layers are: "
            f"{', '.join(repr(path) for path, _ in nodes)}."
        )
    return Found([target for target in candidates if id(target) in wanted], [])


def _candidates(model: keras.Model, nodes: list[tuple[str, Any]]) -> Iterator[Target]:
    """Yields whatever activation a probe reaches, of the ReLU family or not; no two have the same name."""
    inside = _insides(nodes)
    taken: set[str] = set()
    for index, (path, layer) in enumerate([("", model), *nodes], -1):
        if id(layer) in inside or walk.is_graph(layer):
            continue
        for target in _of_node(path, layer, max(index, 0)):
            yield dataclasses.replace(target, name=walk.unique(target.name, taken))


def _of_node(path: str, layer: Any, index: int) -> Iterator[Target]:
    as_layer = activations.classify_layer(layer)
    if as_layer is not None:
        yield Target(path, layer, Reach.CALL, as_layer, index)
    elif isinstance(layer, keras.layers.RNN):
        for name, cell in _cells(path, layer):
            activation = _any(cell.activation)
            if activation is not None:
                yield Target(name, layer, Reach.RECURRENT, activation, index, cell=cell)
    elif isinstance(layer, keras.layers.TimeDistributed):
        activation = _of_single_layer(layer.layer)
        if activation is not None and activation.keeps_sign:
            yield Target(path, layer, Reach.OUTPUT, activation, index)
    elif isinstance(layer, keras.layers.Layer):
        for attribute, activation in _attributes(layer):
            parts = [path] if attribute.lstrip("_") == "activation" and path else [path, attribute.lstrip("_")]
            yield Target("/".join(filter(None, parts)), layer, Reach.ATTRIBUTE, activation, index, attribute)


def _insides(nodes: list[tuple[str, Any]]) -> set[int]:
    """What is watched as part of what contains it, or can't be watched inside of it, by id."""
    inside: set[int] = set()
    for _, layer in nodes:
        whole = isinstance(layer, keras.layers.RNN)
        if isinstance(layer, keras.layers.TimeDistributed):
            # Over a number of time steps that is not known, it calls its layer once for all of them, in a way in
            # which nothing can be added up.
            shape = layout.output_shape(layer)
            whole = _of_single_layer(layer.layer) is not None or shape is None or shape[1] is None
        if whole:
            inside.update(id(part) for part in layer._flatten_layers(include_self=False))
        elif isinstance(getattr(layer, "activation", None), keras.layers.Layer):
            inside.add(id(layer.activation))
    return inside


def _cells(path: str, layer: keras.layers.RNN) -> list[tuple[str, Any]]:
    """The cells of a recurrent layer whose time loop and cells are Keras' own, with the names of their states."""
    if type(layer).inner_loop not in _TIME_LOOPS:
        return []
    if isinstance(layer.cell, keras.layers.StackedRNNCells):
        cells = [(f"{path}/cell_{number}", cell) for number, cell in enumerate(layer.cell.cells)]
    else:
        cells = [(path, layer.cell)]
    return cells if all(isinstance(cell, _CELLS) for _, cell in cells) else []


def _of_single_layer(layer: Any) -> activations.Activation | None:
    """The activation of a layer that has but one, at its output."""
    if list(layer._flatten_layers(include_self=False)) or isinstance(layer, keras.layers.RNN):
        return None
    return activations.classify_layer(layer) or activations.classify_function(getattr(layer, "activation", None))


def _attributes(layer: keras.layers.Layer) -> Iterator[tuple[str, activations.Activation]]:
    given = getattr(layer, "activation", None)
    own = _any(given) if not isinstance(layer, _CELLS) else None
    if own is not None:
        if not isinstance(getattr(type(layer), "activation", None), property):
            yield "activation", own
        else:
            # It can't be set; what it returns is mostly there under another name.
            held = [name for name, value in vars(layer).items() if value is given and name.startswith("_")]
            yield from ((name, own) for name in held[:1])
    for name, value in vars(layer).items():
        if name != "activation" and not name.startswith("_") and not isinstance(value, keras.layers.Layer):
            activation = activations.classify_function(value) if callable(value) else None
            if activation is not None and not isinstance(layer, _CELLS):
                yield name, activation


def _any(function: Any) -> activations.Activation | None:
    """What is watched of an activation function that was named by the user, whatever it is."""
    known = activations.classify_function(function)
    if known is not None or not callable(function):
        return known
    return activations.Activation(activations.name_of(function))


def _unreachable(nodes: list[tuple[str, Any]], reached: set[int]) -> list[str]:
    """Paths of what can't be looked into and has an activation of the ReLU family inside."""
    inside = _insides(nodes)
    opaque = (keras.layers.RNN, keras.layers.TimeDistributed)
    # A recurrent layer that is watched is watched as a whole, whatever contains it.
    whole = [layer for _, layer in nodes if isinstance(layer, keras.layers.RNN) and id(layer) in reached]
    covered = {id(part) for layer in whole for part in layer._flatten_layers()}
    return [
        path
        for path, layer in nodes
        if isinstance(layer, opaque)
        and id(layer) not in inside | reached
        and any(
            _is_of_family(part)
            for part in layer._flatten_layers()
            if (id(part) in inside or part is layer) and id(part) not in covered
        )
    ]


def _is_of_family(layer: keras.layers.Layer) -> bool:
    functions = [value for value in vars(layer).values() if callable(value)]
    return any(activations.classify_function(function) is not None for function in [layer, *functions])


def _has_code_of_its_own(model: keras.Model, nodes: list[tuple[str, Any]]) -> bool:
    """Whether there may be activations that no layer has: in a `call` or a training step that are not Keras'."""
    layers = [model, *(layer for _, layer in nodes if isinstance(layer, keras.layers.Layer))]
    functions = [type(model).train_step, *(type(layer).call for layer in layers)]
    is_own = any(function.__module__.partition(".")[0] != "keras" for function in functions)
    return is_own or any(isinstance(layer, keras.layers.Lambda) for layer in layers)


def _fits(name: str, path: str) -> bool:
    return path == name or (bool(_PATTERN & set(name)) and fnmatch.fnmatchcase(path, name))


def _refuse_without_activation(name: str, nodes: list[tuple[str, Any]]) -> None:
    for path, layer in nodes:
        if path == name:
            raise ValueError(
                f"Layer {name!r} ({type(layer).__name__}) has no activation to watch: expected a layer with an "
                "`activation`, or an activation layer such as ReLU."
            )


def _names(targets: list[Target]) -> str:
    return ", ".join(repr(target.name) for target in targets) or "no layers"
