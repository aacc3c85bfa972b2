"""What a Python user writes to see one photograph explained.

`python cold_peer.py WEIGHTS.safetensors PHOTOGRAPH PICTURE.png`
"""

import sys

import torchvision
from captum.attr import LayerGradCam
from PIL import Image
from safetensors.torch import load_file
from torchvision.transforms import functional

weights, photograph, picture = sys.argv[1:]
net = torchvision.models.squeezenet1_1()
net.load_state_dict(load_file(weights))
net.eval()

image = functional.resize(Image.open(photograph).convert("RGB"), 256)
image = functional.center_crop(image, 224)
x = functional.normalize(
    functional.to_tensor(image), [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]).unsqueeze(0)
target = net(x).argmax(1)
heat = LayerGradCam(net, net.classifier[2]).attribute(x, target, relu_attributions=True)
heat = functional.resize(heat.detach(), [224, 224])[0, 0]
heat = heat / heat.max()

overlay = functional.to_tensor(image) * 0.5
overlay[0] += 0.5 * heat
functional.to_pil_image(overlay).save(picture)
