"""Writes programs of torch.export.save whose extents are open beside the batch, with PyTorch's answers at several.

Run with torch 2.13: python open.py. NAME.pt2 lies in open/, and NAME.safetensors with `CASE/in/INPUT`, `CASE/out`.
"""

import io
import json
import os
import sys
import zipfile

import numpy as np
import torch
from safetensors.numpy import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "onnx", "open"))

from make import Chosen, Line, Looked, Mask, Sentence, real, whole  # noqa: E402


def stripped(data, path):
    """The archive without stack traces and example inputs, which tell of the machine and not of the network."""
    source = zipfile.ZipFile(io.BytesIO(data))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for entry in source.namelist():
            if "sample_inputs" in entry or "serialization_id" in entry:
                continue
            content = source.read(entry)
            if entry.endswith("model.json"):
                program = json.loads(content)
                for node in program["graph_module"]["graph"]["nodes"]:
                    kept = {k: v for k, v in node["metadata"].items() if k == "nn_module_stack"}
                    node["metadata"] = kept
                program["guards_code"] = []
                content = json.dumps(program, separators=(",", ":")).encode()
            target.writestr(zipfile.ZipInfo("model/" + entry.split("/", 1)[1]), content)


def export(name, module, example, shapes, cases):
    torch.manual_seed(3)
    module = module().eval()
    program = torch.export.export(module, tuple(example.values()), dynamic_shapes=shapes)
    file = io.BytesIO()
    torch.export.save(program, file)
    os.makedirs(os.path.join(HERE, "open"), exist_ok=True)
    stripped(file.getvalue(), os.path.join(HERE, "open", f"{name}.pt2"))
    tensors = {}
    for number, case in enumerate(cases):
        for key, value in case.items():
            tensors[f"{number}/in/{key}"] = value
        with torch.no_grad():
            output = module(*[torch.from_numpy(x) for x in case.values()])
        tensors[f"{number}/out"] = np.ascontiguousarray(output.numpy())
    save_file(tensors, os.path.join(HERE, "open", f"{name}.safetensors"))


def tokens(n, length):
    mask = np.ones((n, length), np.int64)
    mask[-1, length - 2:] = 0
    return {"ids": whole(23, n, length), "mask": mask}


def main():
    dim = torch.export.Dim
    batch, length = dim("batch", max=64), dim("length", min=2, max=32)
    example = {k: torch.from_numpy(v) for k, v in tokens(2, 7).items()}
    export(
        "sentence", Sentence, example, ({0: batch, 1: length}, {0: batch, 1: length}),
        [tokens(2, 7), tokens(3, 9)])
    some = torch.export.Dim.DYNAMIC
    export(
        "looked", Looked, example, ({0: some, 1: some}, {0: some, 1: some}),
        [tokens(2, 7), tokens(3, 9)])
    export(
        "chosen", Chosen, {"ids": torch.from_numpy(whole(23, 2, 7))}, ({0: batch, 1: length},),
        [{"ids": whole(23, 2, 7)}, {"ids": whole(23, 3, 10)}])
    width = dim("width", min=4, max=512)
    export(
        "line", Line, {"x": torch.randn(2, 1, 16, 24)}, ({0: batch, 3: 2 * width},),
        [{"x": real(2, 1, 16, 24)}, {"x": real(2, 1, 16, 38)}])
    height = dim("height", min=4, max=512)
    export(
        "mask", Mask, {"x": torch.randn(2, 3, 20, 28)}, ({0: batch, 2: 4 * height, 3: 4 * width},),
        [{"x": real(2, 3, 20, 28)}, {"x": real(2, 3, 24, 20)}])


if __name__ == "__main__":
    main()
