"""CP-LRP of a small torchvision vision transformer by LXT in float64, with and without Zennit's γ.

Made with Python 3.11, torch 2.13.0, torchvision 0.28.0, lxt 2.1, zennit 0.5.1, safetensors 0.8.0:

    python make.py            writes vit.onnx and expected.safetensors beside this file

LXT 2.1 imports nothing beside transformers 5 unless the modules that it patches there stand empty; its part for torchvision is
its own.
"""

import pathlib
import sys
import types

import torch
from safetensors.torch import save_file
from torchvision.models import vision_transformer
from zennit.composites import LayerMapComposite
from zennit.rules import Gamma

for name in ("llama", "qwen2", "qwen3", "gemma3", "bert", "gpt2"):
    module = types.ModuleType(f"lxt.efficient.models.{name}")
    module.__getattr__ = lambda attribute: object()
    sys.modules[module.__name__] = module

HERE = pathlib.Path(__file__).parent


def relevance(network, image, target):
    x = image.clone().requires_grad_(True)
    slope, = torch.autograd.grad(network(x)[:, target].sum(), x)
    return (x * slope).detach()


def main():
    torch.backends.mha.set_fastpath_enabled(False)
    torch.manual_seed(7)
    network = vision_transformer.VisionTransformer(
        image_size=16, patch_size=4, num_layers=3, num_heads=4, hidden_dim=24, mlp_dim=40, num_classes=5).eval()
    for parameter in network.parameters():
        parameter.requires_grad_(False)
        scale = parameter[0].numel() ** -0.5 if parameter.dim() > 1 else 0.2
        parameter.add_(torch.randn_like(parameter) * scale)
    image = torch.randn(2, 3, 16, 16)
    torch.onnx.export(
        network, (image,), HERE / "vit.onnx", opset_version=17, dynamo=False, input_names=["image"],
        output_names=["logits"], dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}})
    network, image = network.double(), image.double()
    plain = relevance(network, image, 3)

    from lxt.efficient import monkey_patch, monkey_patch_zennit

    monkey_patch(vision_transformer, verbose=False)
    expected = {"image": image, "logits": network(image), "cp-lrp": relevance(network, image, 3)}
    assert not torch.allclose(plain, expected["cp-lrp"], rtol=0.1)
    monkey_patch_zennit(verbose=False)
    composite = LayerMapComposite([(torch.nn.Conv2d, Gamma(0.25)), (torch.nn.Linear, Gamma(0.05))])
    composite.register(network)
    expected["cp-lrp-gamma"] = relevance(network, image, 3)
    composite.remove()
    save_file({name: value.contiguous() for name, value in expected.items()}, HERE / "expected.safetensors")


main()
