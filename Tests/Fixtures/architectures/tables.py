"""What torchvision says of its classifiers: one digest of each network's parameters and settings, and the table of
published weights.

Made with Python 3.11, torch 2.13.0, torchvision 0.28.0:

    python tables.py              writes outlines.json and published.json beside this file
    python tables.py --text NAME  prints the lines that the digest of a network is made of

A line of an outline is a parameter with its shape, a convolution with stride, padding and groups, a normalisation with
its epsilon (in billionths), a dropout with its rate (in thousandths), a pooling, or an activation. Networks are made on
the meta device, which holds no numbers.
"""

import hashlib
import json
import pathlib
import re
import sys

import torch
import torchvision
from torch import nn
from torchvision.models.regnet import BlockParams

FAMILIES = re.compile(
    "(alexnet|vgg|squeezenet|densenet(121|169|201)|mobilenet_v2|resnet|resnext|wide_resnet|vit_|swin_[tsbv]|convnext|"
    "maxvit|efficientnet|regnet|mobilenet_v3|mnasnet|shufflenet|googlenet|inception)")
# Modules of training, tables that follow from a window's size, and a network that makes constants.
LEFT_OUT = re.compile(r"(^|\.)(aux1|aux2|AuxLogits|cpb_mlp\.1|relative_coords_table)(\.|$)")
ACTIVATIONS = (
    nn.ReLU, nn.ReLU6, nn.SiLU, nn.Hardswish, nn.Hardsigmoid, nn.Sigmoid, nn.GELU, nn.Tanh)
SUFFIXES = {
    "IMAGENET1K_V1": "", "IMAGENET1K_V2": "-v2", "IMAGENET1K_SWAG_E2E_V1": "-swag",
    "IMAGENET1K_SWAG_LINEAR_V1": "-swag-linear"}


def names():
    return [name for name in sorted(torchvision.models.list_models(module=torchvision.models))
            if FAMILIES.match(name)]


def network(name):
    """The network without numbers; RegNet's arithmetic of widths needs some."""
    made = BlockParams.from_init_params

    def computed(**options):
        with torch.device("cpu"):
            return made(**options)

    BlockParams.from_init_params = computed
    more = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    try:
        with torch.device("meta"):
            return torchvision.models.get_model(name, weights=None, **more)
    finally:
        BlockParams.from_init_params = made


def pair(value):
    return "x".join(str(item) for item in (value if isinstance(value, tuple) else (value, value)))


def outline(model):
    lines = []
    for name, value in model.state_dict().items():
        if value.is_floating_point() and not LEFT_OUT.search(name):
            lines.append(f"parameter {name} {'x'.join(map(str, value.shape))}")
    for name, module in model.named_modules():
        if LEFT_OUT.search(name):
            continue
        if isinstance(module, nn.Conv2d):
            lines.append(f"convolution {name} stride {pair(module.stride)} padding {pair(module.padding)} "
                         f"groups {module.groups}")
        elif isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)):
            lines.append(f"normalization {name} {round(module.eps * 1e9)}")
        elif isinstance(module, nn.Dropout) and module.p > 0:
            lines.append(f"dropout {name} {round(module.p * 1000)}")
        elif isinstance(module, nn.MaxPool2d):
            lines.append(f"pooling {name} {pair(module.kernel_size)} stride {pair(module.stride)} padding "
                         f"{pair(module.padding)} {'ceiling' if module.ceil_mode else 'floor'}")
        elif isinstance(module, ACTIVATIONS):
            lines.append(f"activation {name} {type(module).__name__}")
    return sorted(lines, key=lambda line: line.encode())


def published():
    for name in names():
        for weights in torchvision.models.get_model_weights(name):
            if weights.name not in SUFFIXES:
                continue
            input = weights.transforms()
            key = name + SUFFIXES[weights.name]
            yield "squeezenet1_1-torchvision" if key == "squeezenet1_1" else key, {
                "file": weights.url.rsplit("/", 1)[1], "mebibytes": weights.meta["_file_size"],
                "accuracy": weights.meta["_metrics"]["ImageNet-1K"]["acc@1"],
                "parameters": sum(
                    value.numel() for key, value in network(name).state_dict().items()
                    if value.is_floating_point() and not key.endswith(("running_mean", "running_var"))),
                "size": input.crop_size[0], "resize": input.resize_size[0],
                "interpolation": input.interpolation.value, "mean": input.mean, "std": input.std}


def write(path, table):
    lines = [f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in sorted(table.items())]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main():
    if sys.argv[1:2] == ["--text"]:
        print("\n".join(outline(network(sys.argv[2]))))
        return
    here = pathlib.Path(__file__).parent
    write(here / "outlines.json", {
        name: hashlib.sha256("\n".join(outline(network(name))).encode()).hexdigest() for name in names()})
    write(here / "published.json", dict(published()))


if __name__ == "__main__":
    main()
