"""The six shipped photographs as the networks see them, and the shipped models' logits for them.

Made with Python 3.11, torch 2.13.0, torchvision 0.28.0, safetensors 0.8.0:

    python make.py reference.safetensors ../../../Sources/NNIShipped/Resources/models

`reference.safetensors` holds each photograph resized, cropped and normalised by torchvision, and the
logits of SqueezeNet 1.1 with float32 weights. The pixels are stored as the bytes that they were;
`NAME/squeezenet1_1_float32` are the reference's logits, the others are PyTorch's for the shipped
float16 weights, computed in float64. All models get the same crops, each normalised its own way.
"""

import json
import pathlib
import sys

import torch
import torchvision
from safetensors.torch import load_file, save_file

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "architectures"))
from make import EfficientNetLite0, gap  # noqa: E402

reference, models = load_file(sys.argv[1]), pathlib.Path(sys.argv[2])
names = sorted({key.split("/")[0] for key in reference})
imagenet = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]).double()[:, :, None, None]
inputs = torch.stack([reference[name + "/input"] for name in names]).double()
pixels = ((inputs * imagenet[1] + imagenet[0]) * 255).round()
assert ((pixels / 255 - imagenet[0]) / imagenet[1] - inputs).abs().max() < 1e-6

networks = {
    "squeezenet1_1": torchvision.models.squeezenet1_1(weights=None),
    "efficientnet_lite0": EfficientNetLite0(1000),
    "alexnet_caltech99": gap(torchvision.models.alexnet(weights=None).features, 256),
}
networks["alexnet_caltech99"].classifier = torch.nn.Linear(256, 99)
found = {"pixels": pixels.to(torch.uint8)}
found["squeezenet1_1_float32"] = torch.stack([reference[name + "/squeezenet1_1"] for name in names])
for name, network in networks.items():
    state = {key: value.double() for key, value in load_file(models / f"{name}.safetensors").items()}
    network = network.double().eval()
    left_out = network.load_state_dict(state, strict=False)
    assert all(key.endswith("num_batches_tracked") for key in left_out.missing_keys), left_out
    assert not left_out.unexpected_keys, left_out
    spec = json.loads((models / f"{name}.json").read_text())["input"]
    mean, std = (
        torch.tensor(spec[key], dtype=torch.float64)[:, None, None] for key in ("mean", "std"))
    with torch.no_grad():
        found[name] = network((pixels / 255 - mean) / std)
    print(name, found[name].argmax(1).tolist())
save_file(found, pathlib.Path(__file__).with_name("photographs.safetensors"),
          {"names": ",".join(names)})
