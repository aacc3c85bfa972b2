"""Logits of every built-in architecture, by PyTorch in float64, for weights made by a formula.

Made with Python 3.11, torch 2.13.0, torchvision 0.28.0, safetensors 0.8.0:

    python make.py            writes logits.safetensors and shapes.json beside this file
    python make.py FOLDER     also writes each state dict as FOLDER/NAME.safetensors

Only logits, names and shapes are stored. The weights are a formula of the parameter's position among the sorted
names and of the element's position, in exact integer arithmetic, so that the Swift tests make the
same ones. torchvision's networks are torchvision's own classes; AlexNet's and VGG's dense layers and the vision
transformer's perceptrons are narrower here. The others are written out below from their published definitions.
Of families that came later one or two networks stand here, whose input has sides that windows do not divide; tables.py
says what the others' parameters and settings are. Tables of whole numbers are not among the weights: they follow from a
window's size.
"""

import collections
import json
import math
import pathlib
import sys

import torch
import torch.nn.functional as F
import torchvision
from safetensors.torch import save_file
from torch import nn

PRIME = 65521


def uniform(count, key):
    """Numbers in -1...1 that look random: a quadratic polynomial modulo a prime."""
    j = torch.arange(count, dtype=torch.int64) % PRIME
    return ((31 * j * j + 17 * j + 7919 * key) % PRIME).double() / PRIME * 2 - 1


def parameters(shapes, gain=1):
    """State dict of the formula, for names and shapes; kernels and matrices are multiplied by the gain."""
    made = {}
    for key, name in enumerate(sorted(shapes)):
        shape = shapes[name]
        u = uniform(math.prod(shape), key).reshape(shape)
        if name.endswith("logit_scale"):
            # About the logarithm of 100, at which Swin V2 cuts them off.
            made[name] = 3 + 2 * u
        elif len(shape) > 1:
            made[name] = u * math.sqrt(6 / math.prod(shape[1:])) * gain
        elif name.endswith("running_var"):
            made[name] = 1 + 0.5 * u
        elif name.endswith("weight"):
            made[name] = 1 + 0.25 * u
        else:
            made[name] = 0.1 * u
    return made


# --- Networks that torchvision does not have -----------------------------------------------------


class Lite0Block(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, expansion):
        super().__init__()
        width = inputs * expansion
        self.kernel, self.stride, self.skips = kernel, stride, stride == 1 and inputs == outputs
        if expansion != 1:
            self._expand_conv = nn.Conv2d(inputs, width, 1, bias=False)
            self._bn0 = nn.BatchNorm2d(width, eps=1e-3)
        self._depthwise_conv = nn.Conv2d(width, width, kernel, stride, groups=width, bias=False)
        self._bn1 = nn.BatchNorm2d(width, eps=1e-3)
        self._project_conv = nn.Conv2d(width, outputs, 1, bias=False)
        self._bn2 = nn.BatchNorm2d(outputs, eps=1e-3)

    def forward(self, x):
        y = x
        if hasattr(self, "_expand_conv"):
            y = F.relu6(self._bn0(self._expand_conv(y)))
        y = F.relu6(self._bn1(self._depthwise_conv(same(y, self.kernel, self.stride))))
        y = self._bn2(self._project_conv(y))
        return y + x if self.skips else y


def same(x, kernel, stride):
    """TensorFlow's SAME padding."""
    pads = []
    for extent in (x.shape[3], x.shape[2]):
        total = max((math.ceil(extent / stride) - 1) * stride + kernel - extent, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


class EfficientNetLite0(nn.Module):
    def __init__(self, classes=7):
        super().__init__()
        self._conv_stem = nn.Conv2d(3, 32, 3, 2, bias=False)
        self._bn0 = nn.BatchNorm2d(32, eps=1e-3)
        blocks, inputs = [], 32
        for count, kernel, stride, expansion, outputs in [
            (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80),
            (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320),
        ]:
            for repeat in range(count):
                blocks.append(
                    Lite0Block(inputs, outputs, kernel, stride if repeat == 0 else 1, expansion))
                inputs = outputs
        self._blocks = nn.ModuleList(blocks)
        self._conv_head = nn.Conv2d(320, 1280, 1, bias=False)
        self._bn1 = nn.BatchNorm2d(1280, eps=1e-3)
        self._fc = nn.Linear(1280, classes)

    def forward(self, x):
        x = F.relu6(self._bn0(self._conv_stem(same(x, 3, 2))))
        for block in self._blocks:
            x = block(x)
        return self._fc(F.relu6(self._bn1(self._conv_head(x))).mean((2, 3)))


class CIFARBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.outputs, self.changes = outputs, stride != 1

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.changes:
            quarter = self.outputs // 4
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, quarter, quarter))
        return F.relu(y + x)


class CIFARResNet(nn.Module):
    def __init__(self, blocks=3, classes=7):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)

        def stage(inputs, outputs, stride):
            first = CIFARBlock(inputs, outputs, stride)
            return nn.Sequential(first, *[CIFARBlock(outputs, outputs, 1) for _ in range(blocks - 1)])

        self.layer1, self.layer2, self.layer3 = stage(16, 16, 1), stage(16, 32, 2), stage(32, 64, 2)
        self.linear = nn.Linear(64, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.linear(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


def functional(shapes, forward):
    """A network as the shapes of its parameters and a function of input and state dict."""
    return shapes, forward


def weights(layers):
    """Shapes of weights and biases for `NAME: shape of the weight`."""
    shapes = {}
    for name, shape in layers.items():
        shapes[name + ".weight"] = shape
        shapes[name + ".bias"] = shape[:1]
    return shapes


def conv(x, p, name, **options):
    return F.conv2d(x, p[name + ".weight"], p[name + ".bias"], **options)


def dense(x, p, name):
    return F.linear(x, p[name + ".weight"], p[name + ".bias"])


def digits(features, classifier):
    def forward(x, p):
        for index in (1, 2):
            x = F.relu(F.max_pool2d(conv(x, p, f"{features}conv{index}"), 2))
        return dense(F.relu(dense(x.flatten(1), p, classifier + "fc1")), p, classifier + "fc2")

    layers = {
        features + "conv1": [10, 1, 5, 5], features + "conv2": [20, 10, 5, 5],
        classifier + "fc1": [50, 320], classifier + "fc2": [10, 50],
    }
    return functional(weights(layers), forward)


def cam(kernel, border):
    def forward(x, p):
        for index in (1, 2):
            x = F.max_pool2d(F.pad(F.relu(conv(x, p, f"conv{index}")), [border] * 4), 2)
        return dense(F.relu(conv(x, p, "conv3")).mean((2, 3)), p, "fc")

    layers = {
        "conv1": [32, 1, kernel, kernel], "conv2": [64, 32, 3, 3], "conv3": [128, 64, 3, 3],
        "fc": [10, 128],
    }
    return functional(weights(layers), forward)


def mnist_generator(z, p):
    return torch.sigmoid(dense(F.relu(dense(z, p, "dense1")), p, "dense2")).view(-1, 1, 28, 28)


def mnist_discriminator(x, p):
    return torch.sigmoid(dense(F.relu(dense(x.flatten(1), p, "dense1")), p, "dense2"))


def dcgan(filters, channels, is_for_digits):
    shapes, inputs = {}, 20
    for index, factor in [(0, 8), (3, 4), (6, 2), (9, 1)]:
        shapes[f"main.{index}.weight"] = [inputs, factor * filters, 4, 4]
        for what in ("weight", "bias", "running_mean", "running_var"):
            shapes[f"main.{index + 1}.{what}"] = [factor * filters]
        inputs = factor * filters
    side = 1 if is_for_digits else 4
    shapes["main.12.weight"] = [filters, channels, side, side]

    def forward(z, p):
        x = z[:, :, None, None]
        for index in (0, 3, 6, 9):
            x = F.conv_transpose2d(
                x, p[f"main.{index}.weight"], stride=2 if index else 1, padding=1 if index else 0)
            name = f"main.{index + 1}."
            x = F.relu(F.batch_norm(
                x, p[name + "running_mean"], p[name + "running_var"], p[name + "weight"],
                p[name + "bias"]))
        last = p["main.12.weight"]
        if is_for_digits:
            return torch.tanh(F.conv_transpose2d(x, last, padding=2))
        return torch.tanh(F.conv_transpose2d(x, last, stride=2, padding=1))

    return functional(shapes, forward)


def dcgan_discriminator(filters):
    widths, inputs = [(0, 1), (2, 2), (5, 4)], 1
    shapes = {"main.8.weight": [1, 4 * filters, 3, 3]}
    for index, factor in widths:
        shapes[f"main.{index}.weight"] = [factor * filters, inputs, 4, 4]
        for what in ("weight", "bias", "running_mean", "running_var") if index else ():
            shapes[f"main.{index + 1}.{what}"] = [factor * filters]
        inputs = factor * filters

    def forward(x, p):
        for index, _ in widths:
            x = F.conv2d(x, p[f"main.{index}.weight"], stride=2, padding=1)
            name = f"main.{index + 1}."
            if index:
                x = F.batch_norm(
                    x, p[name + "running_mean"], p[name + "running_var"], p[name + "weight"],
                    p[name + "bias"])
            x = F.leaky_relu(x, 0.2)
        return torch.sigmoid(F.conv2d(x, p["main.8.weight"])).flatten(1)

    return functional(shapes, forward)


def mnist_vgg_small(x, p):
    x = F.relu(conv(F.relu(conv(x, p, "0", padding=1)), p, "2", padding=1))
    x = F.max_pool2d(x, 2)
    x = F.relu(conv(F.relu(conv(x, p, "5", padding=1)), p, "7", padding=1))
    return dense(F.relu(dense(F.max_pool2d(x, 2).flatten(1), p, "11")), p, "13")


def tinyvgg(x, p):
    for index in range(4):
        x = F.relu(conv(x, p, f"conv{index}"))
        if index % 2:
            x = F.max_pool2d(x, 2)
    return dense(x.flatten(1), p, "fc")


def gap(features, channels):
    model = nn.Module()
    model.features = features
    model.classifier = nn.Linear(channels, 7)
    model.forward = lambda x: model.classifier(model.features(x).mean((2, 3)))
    return model


def convolutions(network):
    model = nn.Module()
    model.features = network.features
    model.forward = model.features.forward
    return model


def narrowed(model):
    """The model with dense layers of 24, 16 and 7 units."""
    inputs, sizes = None, iter([24, 16, 7])
    for index, layer in enumerate(model.classifier):
        if isinstance(layer, nn.Linear):
            outputs = next(sizes)
            model.classifier[index] = nn.Linear(inputs or layer.in_features, outputs)
            inputs = outputs
    return model


class TextTransformer(nn.Module):
    """PyTorch's own encoder over vectors of tokens and of positions; rows hold ids and then the mask."""

    def __init__(self, words=50, tokens=12, width=64, classes=7):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.positions = nn.Parameter(torch.zeros(1, tokens, width))
        layer = nn.TransformerEncoderLayer(width, 4, 2 * width, 0, "gelu", batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 3, enable_nested_tensor=False)
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, classes)

    def forward(self, rows):
        ids, mask = rows.long().chunk(2, dim=1)
        hidden = self.encoder(self.embedding(ids) + self.positions, src_key_padding_mask=mask == 0)
        return self.head(self.norm(hidden)[:, 0])


def token_rows(shape, words=50):
    """Ids of the formula, and a mask of all tokens of the first text and of the first five of the others."""
    ids = ((uniform(math.prod(shape), 12345).reshape(shape) + 1) / 2 * words).long()[:, :shape[1] // 2]
    mask = torch.ones_like(ids)
    mask[1:, 5:] = 0
    return torch.cat([ids, mask], 1).double()


def small_vision_transformer():
    model = torchvision.models.VisionTransformer(
        image_size=28, patch_size=4, num_layers=4, num_heads=4, hidden_dim=64, mlp_dim=96, num_classes=10)
    model.conv_proj = nn.Conv2d(1, 64, 4, 4)
    return model


# --- All of them ---------------------------------------------------------------------------------

FAMILIES = {
    "resnext50_32x4d": [2, 3, 64, 96], "mobilenet_v3_small": [2, 3, 64, 96],
    "mobilenet_v3_large": [2, 3, 64, 96], "mnasnet0_5": [2, 3, 64, 96], "shufflenet_v2_x0_5": [2, 3, 64, 96],
    "regnet_x_400mf": [2, 3, 64, 96], "regnet_y_400mf": [2, 3, 64, 96], "efficientnet_b0": [2, 3, 64, 96],
    "efficientnet_v2_s": [2, 3, 64, 96], "convnext_tiny": [2, 3, 64, 96], "googlenet": [2, 3, 64, 96],
    "inception_v3": [2, 3, 80, 96], "swin_t": [2, 3, 72, 100], "swin_v2_t": [2, 3, 64, 136],
    "maxvit_t": [1, 3, 224, 224],
}
# With a gain of 1 the deepest network multiplies rounding by 1e11: PyTorch's own float32 result has nothing in common with
# its float64 one.
GAINS = {"efficientnet_v2_s": 0.8}
IMAGE, DIGIT, CODE = [2, 3, 64, 96], [2, 1, 28, 28], [2, 20]


def networks():
    tv = torchvision.models
    for name in ["alexnet"] + [f"vgg{d}{n}" for d in (11, 13, 16, 19) for n in ("", "_bn")]:
        yield name, IMAGE, lambda name=name: narrowed(getattr(tv, name)(weights=None))
    for name in ["densenet121", "densenet169", "densenet201", "resnet18", "resnet34", "resnet50", "resnet101",
                 "squeezenet1_0", "squeezenet1_1", "mobilenet_v2"]:
        yield name, IMAGE, lambda name=name: getattr(tv, name)(weights=None, num_classes=7)
    for name, shape in FAMILIES.items():
        # The auxiliary classifiers stay, which a published file has, too.
        more = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        yield name, shape, lambda name=name, more=more: tv.get_model(
            name, weights=None, num_classes=7, **more)
    yield "vit_b_16", [2, 3, 64, 64], lambda: tv.VisionTransformer(
        image_size=64, patch_size=16, num_layers=12, num_heads=12, hidden_dim=768, mlp_dim=96, num_classes=7)
    yield "mnist_vit", DIGIT, small_vision_transformer
    yield "text_transformer", [2, 24], TextTransformer
    yield "efficientnet_lite0", IMAGE, EfficientNetLite0
    for blocks in (3, 5, 7, 9):
        yield f"cifar10_resnet{6 * blocks + 2}", [2, 3, 32, 40], lambda b=blocks: CIFARResNet(b)
    yield "general_cnn", DIGIT, lambda: digits("features.", "classifier.")
    yield "cnn_dropout", DIGIT, lambda: digits("features.", "classifier.")
    yield "am_cnn", DIGIT, lambda: digits("", "")
    yield "cam_mnist_classifier", DIGIT, lambda: cam(3, 0)
    yield "cam_mnist_extended_classifier", DIGIT, lambda: cam(4, 2)
    yield "mnist_generator", CODE, lambda: functional(
        weights({"dense1": [12, 20], "dense2": [784, 12]}), mnist_generator)
    yield "mnist_discriminator", DIGIT, lambda: functional(
        weights({"dense1": [12, 784], "dense2": [1, 12]}), mnist_discriminator)
    yield "mnist_dcgan_generator", CODE, lambda: dcgan(4, 1, True)
    yield "mnist_dcgan_discriminator", DIGIT, lambda: dcgan_discriminator(4)
    yield "dcgan_face64", CODE, lambda: dcgan(4, 3, False)
    yield "mnist_vgg_small", DIGIT, lambda: functional(weights({
        "0": [16, 1, 3, 3], "2": [16, 16, 3, 3], "5": [32, 16, 3, 3], "7": [32, 32, 3, 3],
        "11": [64, 1568], "13": [10, 64]}), mnist_vgg_small)
    yield "tinyvgg", [2, 3, 64, 64], lambda: functional(weights({
        "conv0": [10, 3, 3, 3], "conv1": [10, 10, 3, 3], "conv2": [10, 10, 3, 3],
        "conv3": [10, 10, 3, 3], "fc": [7, 1690]}), tinyvgg)
    yield "alexnet_features", IMAGE, lambda: convolutions(tv.alexnet(weights=None))
    yield "vgg16_features", IMAGE, lambda: convolutions(tv.vgg16(weights=None))
    yield "alexnet_gap", IMAGE, lambda: gap(tv.alexnet(weights=None).features, 256)
    yield "vgg16_gap", IMAGE, lambda: gap(tv.vgg16(weights=None).features, 512)


def state_and_logits(network, x, gain=1):
    """The formula's state dict for a network, and what the network makes of `x` with it."""
    if isinstance(network, tuple):
        shapes, forward = network
        state = parameters(shapes)
        return state, forward(x, state)
    shapes = {name: list(value.shape) for name, value in network.state_dict().items()
              if value.is_floating_point()}
    state = parameters(shapes, gain)
    network = network.double().eval()
    stored = collections.OrderedDict(state)
    # MNASNet asks which version of it wrote a state dict.
    stored._metadata = network.state_dict()._metadata
    network.load_state_dict(stored, strict=False)
    with torch.no_grad():
        return state, network(x)


def logarithmic_offsets():
    """Swin V2's table of offsets, which a published file holds."""
    network = torchvision.models.swin_v2_t(weights=None)
    return network.features[1][0].attn.relative_coords_table.contiguous()


def transformed(found):
    """Checks that GoogLeNet's and Inception's `transform_input` of ImageNet's normalisation is that by 0.5."""
    pixels = uniform(2 * 3 * 64, 1).reshape(2, 3, 8, 8) / 2 + 0.5
    mean, std = (torch.tensor(values, dtype=torch.float64)[:, None, None]
                 for values in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    changed = found._transform_input((pixels - mean) / std)
    assert (changed - (pixels - 0.5) / 0.5).abs().max() < 1e-12


def main():
    here = pathlib.Path(__file__).parent
    found, lines = {}, []
    for name, shape, make in networks():
        x = token_rows(shape) if name == "text_transformer" else uniform(math.prod(shape), 12345).reshape(shape)
        gain = GAINS.get(name, 1)
        state, logits = state_and_logits(make(), x, gain)
        assert logits.isfinite().all(), name
        # Generated images are large; every seventh pixel will do.
        flat = logits.flatten(1)
        found[name] = (flat[:, ::7] if flat.shape[1] > 100 else flat).contiguous()
        shapes = {key: list(value.shape) for key, value in sorted(state.items())}
        more = {} if gain == 1 else {"gain": gain}
        line = json.dumps({"input": shape, **more, "parameters": shapes}, separators=(",", ":"))
        lines.append(f"{json.dumps(name)}:{line}")
        print(f"{name:30} {sum(value.numel() for value in state.values()):10} parameters")
        if len(sys.argv) > 1:
            contiguous = {key: value.contiguous() for key, value in state.items()}
            save_file(contiguous, pathlib.Path(sys.argv[1]) / f"{name}.safetensors")
    for name in ("googlenet", "inception_v3"):
        transformed(torchvision.models.get_model(name, weights=None, init_weights=False, transform_input=True))
    found["swin_v2 offsets"] = logarithmic_offsets()
    save_file(found, here / "logits.safetensors")
    (here / "shapes.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
