#!/usr/bin/env python3
"""Takes out of ONNX files what only names places of the machine that exported them.

    strip-onnx.py FILE.onnx…

PyTorch's default exporter writes stack traces with paths of source files into the metadata of nodes, values and
functions, and into doc strings. Weights, names and what the network computes stay; metadata of the model itself,
where an input description may lie, stays too. Needs onnx.
"""
import sys

import onnx


def strip_graph(graph):
    graph.ClearField("doc_string")
    del graph.metadata_props[:]
    for value in [*graph.input, *graph.output, *graph.value_info, *graph.initializer]:
        value.ClearField("doc_string")
        del value.metadata_props[:]
    strip_nodes(graph.node)


def strip_nodes(nodes):
    for node in nodes:
        node.ClearField("doc_string")
        del node.metadata_props[:]
        for attribute in node.attribute:
            attribute.ClearField("doc_string")
            if attribute.HasField("g"):
                strip_graph(attribute.g)
            for graph in attribute.graphs:
                strip_graph(graph)


for path in sys.argv[1:]:
    model = onnx.load(path, load_external_data=False)
    before = model.SerializeToString()
    model.ClearField("doc_string")
    strip_graph(model.graph)
    for function in model.functions:
        function.ClearField("doc_string")
        del function.metadata_props[:]
        strip_nodes(function.node)
    after = model.SerializeToString()
    if after != before:
        with open(path, "wb") as file:
            file.write(after)
        print(f"{path}: {len(before)} to {len(after)} bytes")
