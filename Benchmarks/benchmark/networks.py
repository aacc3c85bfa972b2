"""Networks and inputs as files that both sides read; each is written once, into the cache folder."""

import warnings

import torch
import torchvision
from PIL import Image
from safetensors.torch import load_file, save_file
from torchvision.transforms import functional

from benchmark.places import CACHE, PHOTOGRAPHS, SHIPPED

MEAN = [0.485, 0.456, 0.406]
DEVIATION = [0.229, 0.224, 0.225]


TRANSFORMERS = ("vit_b_16", "bert_base")


def transformer(network):
    """A transformer with random weights of a fixed seed; BERT takes vectors of 128 tokens in place of their ids."""
    torch.manual_seed(0)
    if network == "vit_b_16":
        net = torchvision.models.vit_b_16()
        # torchvision begins with a head of zeros.
        torch.nn.init.normal_(net.heads.head.weight, std=0.05)
        return net.eval()
    import transformers

    net = transformers.BertForSequenceClassification(
        transformers.BertConfig(num_labels=8, attn_implementation="sdpa"))

    class Vectors(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net

        def forward(self, vectors):
            return self.net(inputs_embeds=vectors).logits

    return Vectors().eval()


def exported(network):
    """A transformer's file, by the exporter that leaves the batch open."""
    path = CACHE / f"{network}.onnx"
    if not path.exists():
        CACHE.mkdir(exist_ok=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                transformer(network), load_file(inputs(network=network))["input"], path, dynamo=False,
                opset_version=17, input_names=["input"], output_names=["logits"],
                dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}})
    return path


def weights(network):
    """The file with a network's parameters: the shipped ones, or random ones of a fixed seed."""
    if network in TRANSFORMERS:
        return exported(network)
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
    if network in TRANSFORMERS:
        return transformer(network).requires_grad_(False)
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


def inputs(size=224, batch=1, network=""):
    """The file with a batch of the shipped photographs, or of texts' vectors."""
    if network == "bert_base":
        path = CACHE / f"vectors-{batch}.safetensors"
        if not path.exists():
            CACHE.mkdir(exist_ok=True)
            numbers = torch.Generator().manual_seed(1)
            save_file({"input": 0.5 * torch.randn(batch, 128, 768, generator=numbers)}, path)
        return path
    path = CACHE / f"input-{batch}x{size}.safetensors"
    if not path.exists():
        CACHE.mkdir(exist_ok=True)
        photographs = [PHOTOGRAPHS[i % len(PHOTOGRAPHS)] for i in range(batch)]
        save_file({"input": torch.cat([preprocessed(p, size) for p in photographs])}, path)
    return path
