"""Networks and inputs as files that both sides read; each is written once, into the cache folder."""

import torch
import torchvision
from PIL import Image
from safetensors.torch import load_file, save_file
from torchvision.transforms import functional

from benchmark.places import CACHE, PHOTOGRAPHS, SHIPPED

MEAN = [0.485, 0.456, 0.406]
DEVIATION = [0.229, 0.224, 0.225]


def weights(network):
    """The file with a network's parameters: the shipped ones, or random ones of a fixed seed."""
    shipped = SHIPPED / "models" / f"{network}.safetensors"
    if shipped.exists():
        return shipped
    path = CACHE / f"{network}.safetensors"
    if not path.exists():
        torch.manual_seed(0)
        CACHE.mkdir(exist_ok=True)
        state = getattr(torchvision.models, network)().state_dict()
        save_file(state, path, metadata={"architecture": network})
    return path


def load(network):
    """The network in inference mode; only derivatives by its input can be asked for."""
    state = {name: tensor.float() for name, tensor in load_file(weights(network)).items()}
    with torch.device("meta"):
        net = getattr(torchvision.models, network)()
    net.load_state_dict(state, strict=False, assign=True)
    for module in net.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    return net.eval().requires_grad_(False)


def preprocessed(photograph, size=224):
    """A photograph as a batch of one."""
    image = Image.open(photograph).convert("RGB")
    image = functional.center_crop(functional.resize(image, size * 256 // 224), size)
    return functional.normalize(functional.to_tensor(image), MEAN, DEVIATION).unsqueeze(0)


def inputs(size=224, batch=1):
    """The file with a batch of the shipped photographs."""
    path = CACHE / f"input-{batch}x{size}.safetensors"
    if not path.exists():
        CACHE.mkdir(exist_ok=True)
        photographs = [PHOTOGRAPHS[i % len(PHOTOGRAPHS)] for i in range(batch)]
        save_file({"input": torch.cat([preprocessed(p, size) for p in photographs])}, path)
    return path
