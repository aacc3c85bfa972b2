"""Writes own.onnx and own.safetensors: a network with an operator of the domain example.org, and an input.

Made with Python 3.11, onnx 1.23.2, safetensors 0.6 and numpy:  python make.py
"""

import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

here = os.path.dirname(os.path.abspath(__file__))
constants = {
    "w1": [[1, 0], [0, 1], [1, -1]], "b1": [0, 0, 0.5], "w2": [[1, 1, 0], [0, 2, 4]], "b2": [0, 1],
}
graph = helper.make_graph(
    [
        helper.make_node("Gemm", ["x", "w1", "b1"], ["z"], "first", transB=1),
        helper.make_node("Cube", ["z"], ["a"], "cube", domain="example.org"),
        helper.make_node("Gemm", ["a", "w2", "b2"], ["y"], "second", transB=1),
    ],
    "own",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 2])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 2])],
    [numpy_helper.from_array(np.array(v, np.float32), k) for k, v in constants.items()])
model = helper.make_model(
    graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("example.org", 1)])
model.ir_version = 8
onnx.save(model, os.path.join(here, "own.onnx"))
save_file({"x": np.array([[1, 2]], np.float32)}, os.path.join(here, "own.safetensors"))
