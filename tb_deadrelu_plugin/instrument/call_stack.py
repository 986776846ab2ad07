"""What only the Python stack tells of the call that is being made."""

from __future__ import annotations

import sys
import types

_VECTORIZING = "tensorflow.python.ops.parallel_for.control_flow_ops"


def is_vectorized() -> bool:
    """Whether a body is being built that TensorFlow vectorizes: of `tf.vectorized_map`, or a Jacobian's.

    It is built once, for one of the elements, in the graph around it; TensorFlow
    then makes an operation for all elements of each that leads to the body's
    output. What adds to a variable leads nowhere, and would add one element.
    """
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "_pfor_impl" and frame.f_globals.get("__name__") == _VECTORIZING:
            return True
        frame = frame.f_back
    return False
