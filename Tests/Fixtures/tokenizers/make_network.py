"""Makes a small network of text: network/net.onnx, with the WordPiece tokenizer of this folder beside it.

A table of vectors, a masked mean after a tanh of a dense layer, and two classes; weights from a seed.
Run: python make_network.py, after make.py.
"""

import json
import os
import shutil

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "network")
LENGTH, WIDTH, HIDDEN, CLASSES = 12, 5, 6, 2

os.makedirs(FOLDER, exist_ok=True)
shutil.copy(os.path.join(HERE, "wordpiece", "tokenizer.json"), FOLDER)
with open(os.path.join(FOLDER, "tokenizer.json")) as file:
    tokenizer = json.load(file)
count = 1 + max(list(tokenizer["model"]["vocab"].values()) + [t["id"] for t in tokenizer["added_tokens"]])

rng = np.random.default_rng(7)
weights = {
    "table": rng.normal(size=(count, WIDTH)), "segments": rng.normal(size=(2, WIDTH)) * 0.2,
    "first": rng.normal(size=(WIDTH, HIDDEN)), "first_bias": rng.normal(size=HIDDEN) * 0.1,
    "last": rng.normal(size=(HIDDEN, CLASSES)), "last_bias": rng.normal(size=CLASSES) * 0.1,
}
inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["N", LENGTH])
          for name in ("input_ids", "attention_mask", "token_type_ids")]
nodes = [
    helper.make_node("Gather", ["table", "input_ids"], ["words"]),
    helper.make_node("Gather", ["segments", "token_type_ids"], ["types"]),
    helper.make_node("Add", ["words", "types"], ["vectors"]),
    helper.make_node("MatMul", ["vectors", "first"], ["product"]),
    helper.make_node("Add", ["product", "first_bias"], ["sum"]),
    helper.make_node("Tanh", ["sum"], ["hidden"]),
    helper.make_node("Cast", ["attention_mask"], ["real"], to=TensorProto.FLOAT),
    helper.make_node("Unsqueeze", ["real", "axis"], ["mask"]),
    helper.make_node("Mul", ["hidden", "mask"], ["masked"]),
    helper.make_node("ReduceMean", ["masked", "places"], ["mean"], keepdims=0),
    helper.make_node("Gemm", ["mean", "last", "last_bias"], ["logits"]),
]
constants = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()]
constants += [numpy_helper.from_array(np.array([2], np.int64), "axis"),
              numpy_helper.from_array(np.array([1], np.int64), "places")]
graph = helper.make_graph(nodes, "text", inputs,
                          [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", CLASSES])], constants)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
onnx.checker.check_model(model)
onnx.save(model, os.path.join(FOLDER, "net.onnx"))
with open(os.path.join(FOLDER, "net.json"), "w") as file:
    json.dump({"input": {"labels": ["bad", "good"]}, "inputs": {"input_ids": {"tokenizer": "tokenizer.json"}}}, file)
    file.write("\n")
