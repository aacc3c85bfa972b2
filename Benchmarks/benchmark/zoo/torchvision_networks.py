"""torchvision: every family of classification, segmentation, detection and video."""

import functools

import torch
import torchvision
from torch import nn

from benchmark.zoo.network import Network, OneInput, images

CLASSIFIERS = (
    "alexnet convnext_tiny densenet121 efficientnet_b0 efficientnet_v2_s googlenet inception_v3 maxvit_t "
    "mnasnet0_5 mobilenet_v2 mobilenet_v3_small mobilenet_v3_large regnet_x_400mf regnet_y_400mf resnet18 "
    "resnet50 resnext50_32x4d shufflenet_v2_x0_5 squeezenet1_1 swin_t swin_v2_t"
).split()
SEGMENTATION = "fcn_resnet50 deeplabv3_resnet50 deeplabv3_mobilenet_v3_large lraspp_mobilenet_v3_large".split()
VIDEO = {
    "r3d_18": (8, 64), "mc3_18": (8, 64), "r2plus1d_18": (8, 64), "s3d": (16, 224), "swin3d_t": (8, 64),
    "mvit_v1_b": (16, 224), "mvit_v2_s": (16, 224),
}
DETECTION = {
    "ssd300_vgg16": 300, "ssdlite320_mobilenet_v3_large": 320, "retinanet_resnet50_fpn": 160,
    "retinanet_resnet50_fpn_v2": 160, "fcos_resnet50_fpn": 160, "fasterrcnn_resnet50_fpn": 160,
    "fasterrcnn_resnet50_fpn_v2": 160, "fasterrcnn_mobilenet_v3_large_320_fpn": 320,
    "maskrcnn_resnet50_fpn": 160, "keypointrcnn_resnet50_fpn": 160,
}


def classifier(name):
    more = {}
    if name in ("googlenet", "inception_v3"):
        more = {"init_weights": False, "aux_logits": name == "inception_v3"}
    return OneInput(torchvision.models.get_model(name, weights=None, num_classes=10, **more))


def narrow_vgg(name):
    """VGG with narrower dense layers: 10 million parameters in the place of 130."""
    body = torchvision.models.get_model(name, weights=None, num_classes=10)
    body.classifier = nn.Sequential(
        nn.Linear(512 * 49, 64), nn.ReLU(True), nn.Dropout(), nn.Linear(64, 64), nn.ReLU(True),
        nn.Dropout(), nn.Linear(64, 10))
    return OneInput(body)


def small_vit():
    return OneInput(torchvision.models.VisionTransformer(
        image_size=224, patch_size=32, num_layers=4, num_heads=4, hidden_dim=192, mlp_dim=384,
        num_classes=10))


def shallow_wide_resnet():
    return OneInput(torchvision.models.ResNet(
        torchvision.models.resnet.Bottleneck, [1, 1, 1, 1], num_classes=10, width_per_group=128))


def segmenter(name):
    return OneInput(
        torchvision.models.get_model(name, weights=None, weights_backbone=None, num_classes=5), "out")


def film(name):
    return OneInput(torchvision.models.get_model(name, weights=None, num_classes=6))


class Detector(nn.Module):
    """What a detector computes of an image before boxes are chosen: scores and offsets at every anchor.

    The heads that work on regions get a window of the finest map of features in the region's place.
    """

    def __init__(self, name):
        super().__init__()
        self.model = torchvision.models.get_model(
            name, weights=None, weights_backbone=None, num_classes=4)

    def forward(self, image):
        model = self.model
        features = model.backbone(image)
        levels = [features] if isinstance(features, torch.Tensor) else list(features.values())
        if not hasattr(model, "rpn"):
            found = model.head(levels)
            return tuple(found[key] for key in sorted(found, key=lambda key: key != "cls_logits"))
        objectness, offsets = model.rpn.head(levels)
        heads = model.roi_heads
        scores, boxes = heads.box_predictor(heads.box_head(levels[0][:, :, :7, :7]))
        outputs = [
            scores, boxes, torch.cat([part.flatten(1) for part in objectness], 1),
            torch.cat([part.flatten(1) for part in offsets], 1),
        ]
        if heads.has_mask():
            outputs.append(heads.mask_predictor(heads.mask_head(levels[0][:, :, :14, :14])))
        if heads.has_keypoint():
            outputs.append(heads.keypoint_predictor(heads.keypoint_head(levels[0][:, :, :14, :14])))
        return tuple(outputs)


def networks():
    made = functools.partial
    for name in CLASSIFIERS:
        side = 299 if name == "inception_v3" else 224
        yield Network("classification", name, made(classifier, name), images(1, 3, side, side))
    for name in ("vgg11", "vgg13_bn"):
        yield Network("classification", f"{name}-narrow", made(narrow_vgg, name), images(1, 3, 224, 224))
    yield Network("classification", "vit_32-small", small_vit, images(1, 3, 224, 224))
    yield Network("classification", "wide_resnet-shallow", shallow_wide_resnet, images(1, 3, 224, 224))
    for name in SEGMENTATION:
        yield Network("segmentation", name, made(segmenter, name), images(1, 3, 96, 128))
    for name, (frames, side) in VIDEO.items():
        yield Network("video", name, made(film, name), images(1, 3, frames, side, side))
    for name, side in DETECTION.items():
        yield Network("detection", name, made(Detector, name), images(1, 3, side, side))
