"""Exports torchvision's classifiers with random weights by torch.export, as exported and after
run_decompositions(), with an open and a fixed batch, and compares what nni computes of them with PyTorch.

python Scripts/pt2-zoo.py --nni .build/debug/nni [NAME …]        without names one or two of each family
"""
import argparse
import json
import os
import subprocess
import tempfile

import torch
import torchvision
from safetensors.torch import load_file, save_file

standard = (
    "alexnet vgg11 vgg11_bn resnet18 resnet50 resnext50_32x4d wide_resnet50_2 densenet121 squeezenet1_0 "
    "squeezenet1_1 googlenet inception_v3 mnasnet0_5 mobilenet_v2 mobilenet_v3_small mobilenet_v3_large "
    "shufflenet_v2_x0_5 efficientnet_b0 efficientnet_v2_s regnet_y_400mf regnet_x_400mf convnext_tiny vit_b_32 "
    "swin_t swin_v2_t maxvit_t"
).split()
parser = argparse.ArgumentParser()
parser.add_argument("--nni", default=".build/debug/nni")
parser.add_argument("--forms", default="open;open, decomposed;fixed;fixed, decomposed",
                    help="how networks are exported, with semicolons between")
parser.add_argument("names", nargs="*")
options = parser.parse_args()
torch.manual_seed(0)
good = total = 0


def network(name):
    more = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    model = torchvision.models.get_model(name, weights=None, **more).eval()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return model


def compared(folder, program, x, y):
    """The largest difference, as a part of the largest output, or what nni says."""
    path = os.path.join(folder, "net.pt2")
    torch.export.save(program, path)
    case = {"id": "y", "model": path, "method": "forward", "options": {}, "target": None,
            "expected": "y", "rtol": 1e-5, "source": "torch", "input": "x"}
    with open(os.path.join(folder, "cases.json"), "w") as file:
        json.dump([case], file)
    save_file({"x": x, "y": y}, os.path.join(folder, "tensors.safetensors"))
    output = os.path.join(folder, "out.safetensors")
    run = subprocess.run(
        [options.nni, "attribute", "--cases", os.path.join(folder, "cases.json"), "--tensors",
         os.path.join(folder, "tensors.safetensors"), "--output", output], capture_output=True, text=True)
    if run.returncode or not os.path.exists(output):
        return (run.stdout + run.stderr).strip()
    z = load_file(output)
    os.remove(output)
    if "y" not in z:
        return (run.stdout + run.stderr).strip()
    return float((z["y"] - y).abs().max() / y.abs().max())


for name in options.names or standard:
    model = network(name)
    side = 299 if name == "inception_v3" else 224
    x = torch.randn(2, 3, side, side)
    with torch.no_grad():
        y = model(x)
    batch = {0: torch.export.Dim("batch")}
    forms = {
        "open": lambda: torch.export.export(model, (x,), dynamic_shapes=(batch,)),
        "open, decomposed": lambda: forms["open"]().run_decompositions(),
        "fixed": lambda: torch.export.export(model, (x[:1],)),
        "fixed, decomposed": lambda: forms["fixed"]().run_decompositions(),
    }
    for form in options.forms.split(";"):
        export = forms[form]
        try:
            program = export()
        except Exception as error:
            print(f"{name} ({form}): not exported: {str(error).splitlines()[0][:80]}", flush=True)
            continue
        total += 1
        with tempfile.TemporaryDirectory() as folder:
            result = compared(folder, program, x, y)
        isGood = isinstance(result, float) and result < 1e-5
        good += isGood
        print(f"{name} ({form}): {'agrees' if isGood else 'FAILS'}: {result}", flush=True)
print(f"{good} of {total} agree to 1e-5")
