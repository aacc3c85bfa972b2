"""Networks as people write them by hand: images, volumes, and what mixes images with other inputs."""

import torch
from torch import nn
from torch.nn import functional as F

from benchmark.zoo.network import Network


def block(fan_in, fan_out, stride=1):
    return nn.Sequential(
        nn.Conv2d(fan_in, fan_out, 3, stride, 1, bias=False), nn.BatchNorm2d(fan_out), nn.ReLU())


def head(width):
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 5))


def lenet():
    return nn.Sequential(
        nn.Conv2d(3, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(16 * 5 * 7, 20), nn.Tanh(), nn.Linear(20, 5))


def cnn():
    return nn.Sequential(
        block(3, 8), nn.MaxPool2d(2), block(8, 16), nn.MaxPool2d(2, ceil_mode=True), nn.Dropout(), head(16))


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first, self.second = block(width, width), nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class Dense(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([block(3, 6), block(9, 6), block(15, 6)])
        self.head = head(21)

    def forward(self, image):
        for part in self.parts:
            image = torch.cat([image, part(image)], 1)
        return self.head(image)


class Inception(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.three = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 3, padding=1)
        self.wide, self.pool = nn.Conv2d(3, 4, (1, 7), padding=(0, 3)), nn.Conv2d(3, 4, 1)
        self.head = head(16)

    def forward(self, image):
        pooled = self.pool(F.avg_pool2d(image, 3, 1, 1, count_include_pad=False))
        return self.head(F.relu(torch.cat([self.one(image), self.three(image), self.wide(image), pooled], 1)))


def separable():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU6(), nn.Conv2d(8, 8, 3, padding=2, dilation=2, groups=8), nn.ReLU6(),
        nn.Conv2d(8, 16, 1), nn.Hardswish(), nn.Conv2d(16, 16, 3, groups=4), nn.LeakyReLU(0.1), head(16))


class UNet(nn.Module):
    def __init__(self, upsample):
        super().__init__()
        self.down, self.deep, self.bottom = block(3, 8), block(8, 16), block(16, 16)
        if upsample:
            self.up = nn.Sequential(
                nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True), nn.Conv2d(16, 8, 1))
        else:
            self.up = nn.ConvTranspose2d(16, 8, 2, 2)
        self.last = nn.Conv2d(16, 4, 1)

    def forward(self, image):
        fine = self.down(image)
        coarse = self.bottom(self.deep(F.max_pool2d(fine, 2)))
        return self.last(torch.cat([fine, self.up(coarse)], 1))


class Pyramid(nn.Module):
    """Maps of several sizes, each brought to the finest one's."""

    def __init__(self):
        super().__init__()
        self.stages = nn.ModuleList([block(3, 8), block(8, 12, 2), block(12, 16, 2)])
        self.sides = nn.ModuleList([nn.Conv2d(width, 6, 1) for width in (8, 12, 16)])
        self.last = nn.Conv2d(6, 4, 1)

    def forward(self, image):
        found = []
        for stage, side in zip(self.stages, self.sides):
            image = stage(image)
            found.append(side(image))
        size = found[0].shape[-2:]
        return self.last(sum(F.interpolate(part, size=size, mode="nearest") for part in found))


def volume():
    return nn.Sequential(
        nn.Conv3d(1, 6, 3, padding=1), nn.BatchNorm3d(6), nn.ReLU(), nn.MaxPool3d(2), nn.Conv3d(6, 8, 3),
        nn.GELU(), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(8, 5))


def prelu():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.PReLU(8), nn.Conv2d(8, 8, 3, 2), nn.PReLU(), head(8))


def weight_norm():
    norm = torch.nn.utils.parametrizations.weight_norm
    return nn.Sequential(norm(nn.Conv2d(3, 8, 3)), nn.ELU(), norm(nn.Conv2d(8, 8, 3)), nn.ELU(), head(8))


def spectral_norm():
    norm = torch.nn.utils.parametrizations.spectral_norm
    return nn.Sequential(norm(nn.Conv2d(3, 8, 3)), nn.LeakyReLU(), norm(nn.Conv2d(8, 8, 3)), head(8))


def shuffle():
    return nn.Sequential(
        nn.Conv2d(3, 16, 5, padding=2), nn.ReLU(), nn.PixelUnshuffle(2), nn.Conv2d(64, 16, 3, padding=1),
        nn.PixelShuffle(2), nn.ReLU(), nn.Conv2d(4, 12, 1), nn.PixelShuffle(2))


class Squeeze(nn.Module):
    """Squeeze and excitation after a residual block, and spatial attention after that (CBAM)."""

    def __init__(self):
        super().__init__()
        self.stem, self.body = block(3, 12), Residual(12)
        self.gate = nn.Sequential(nn.Linear(12, 4), nn.SiLU(), nn.Linear(4, 12), nn.Sigmoid())
        self.place = nn.Conv2d(2, 1, 7, padding=3)
        self.head = head(12)

    def forward(self, image):
        x = self.body(self.stem(image))
        x = x * self.gate(x.mean((2, 3)))[:, :, None, None]
        places = torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], 1)
        return self.head(x * torch.sigmoid(self.place(places)))


class FiLM(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.norm = nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8, affine=False)
        self.film = nn.Linear(6, 16)
        self.head = head(8)

    def forward(self, image, features):
        scale, shift = self.film(features).chunk(2, 1)
        x = self.norm(self.stem(image))
        return self.head(F.relu((1 + scale)[..., None, None] * x + shift[..., None, None]))


class ImageAndFeatures(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(block(3, 8), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(2), nn.Flatten())
        self.last = nn.Sequential(nn.Linear(32 + 6, 16), nn.ReLU(), nn.Linear(16, 5))

    def forward(self, image, features):
        return self.last(torch.cat([self.body(image), features], 1))


class Siamese(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(block(3, 8), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(32, 12))
        self.last = nn.Linear(13, 3)

    def forward(self, first, second):
        first, second = self.body(first), self.body(second)
        cosine = F.cosine_similarity(first, second, dim=1)
        return self.last(torch.cat([(first - second).abs(), cosine[:, None]], 1))


class TwoHeads(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(block(3, 8), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.classes, self.box = nn.Linear(8, 5), nn.Linear(8, 4)

    def forward(self, image):
        x = self.body(image)
        return self.classes(x), torch.sigmoid(self.box(x))


def autoencoder():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 4, 3, 2, 1), nn.Tanh(),
        nn.ConvTranspose2d(4, 8, 3, 2, 1, output_padding=1), nn.ReLU(),
        nn.ConvTranspose2d(8, 3, 4, 2, 1), nn.Sigmoid(), nn.Conv2d(3, 3, 1))


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(10, 16 * 4 * 4)
        self.rest = nn.Sequential(
            nn.BatchNorm2d(16), nn.ReLU(), nn.ConvTranspose2d(16, 8, 4, 2, 1, bias=False),
            nn.InstanceNorm2d(8, affine=True), nn.LeakyReLU(0.2), nn.ConvTranspose2d(8, 3, 4, 2, 1), nn.Tanh())

    def forward(self, noise):
        return self.rest(self.first(noise).view(-1, 16, 4, 4))


class Variational(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(block(3, 8, 2), nn.Flatten(), nn.Linear(8 * 16 * 20, 16), nn.Softplus())
        self.mean, self.spread = nn.Linear(16, 6), nn.Linear(16, 6)

    def forward(self, image):
        x = self.body(image)
        return self.mean(x), torch.exp(0.5 * self.spread(x).clamp(-4, 4))


def norms():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.GroupNorm(4, 8), nn.Mish(), nn.Conv2d(8, 8, 3), nn.InstanceNorm2d(8),
        nn.SELU(), nn.LocalResponseNorm(3), nn.Conv2d(8, 8, 3), nn.GroupNorm(1, 8), nn.CELU(), head(8))


def pools():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.LPPool2d(2, 3, 2), nn.Softsign(), nn.Conv2d(8, 8, 3, padding_mode="reflect", padding=1),
        nn.AdaptiveMaxPool2d((3, 4)), nn.Hardsigmoid(), nn.Conv2d(8, 6, 1), nn.AdaptiveAvgPool2d((2, 3)),
        nn.Flatten(), nn.Linear(36, 5))


class Transformed(nn.Module):
    """A spatial transformer: the image is turned by a network of its own before it is classified."""

    def __init__(self):
        super().__init__()
        self.pose = nn.Sequential(nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(48, 6))
        self.body = nn.Sequential(block(3, 8), head(8))

    def forward(self, image):
        turn = self.pose(image).view(-1, 2, 3) * 0.2 + torch.tensor([[1.0, 0, 0], [0, 1, 0]], dtype=image.dtype)
        grid = F.affine_grid(turn, list(image.shape), align_corners=False)
        return self.body(F.grid_sample(image, grid, align_corners=False))


class ConvLSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.gates, self.head = nn.Conv2d(1 + 4, 16, 3, padding=1), head(4)

    def forward(self, frames):
        n, _, _, height, width = frames.shape
        hidden = frames.new_zeros(n, 4, height, width)
        cell = hidden
        for frame in frames.unbind(1):
            take, forget, give, new = self.gates(torch.cat([frame, hidden], 1)).chunk(4, 1)
            cell = torch.sigmoid(forget) * cell + torch.sigmoid(take) * torch.tanh(new)
            hidden = torch.sigmoid(give) * torch.tanh(cell)
        return self.head(hidden)


class Padded(nn.Module):
    """Sides of padding in every mode, a crop, a flip, and a window of differences."""

    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Conv2d(3, 6, 3, 2), head(6)

    def forward(self, image):
        x = F.pad(image, (1, 2, 0, 1), mode="reflect") + F.pad(image, (2, 1, 1, 0), mode="replicate")
        x = F.pad(x, (1, 1, 1, 1), mode="circular") + F.pad(x, (1, 1, 1, 1), value=0.5)
        x = self.body(x[:, :, 2:-3, 1:].flip(3))
        return self.head(torch.maximum(x[:, :, 1:] - x[:, :, :-1], x[:, :, 1:] * 0.1))


def networks():
    def image(*shape):
        return lambda module: {"image": torch.randn(2, *(shape or (3, 32, 40)))}

    def several(**shapes):
        return lambda module: {name: torch.randn(2, *shape) for name, shape in shapes.items()}

    def written(name, make, inputs=image(), **more):
        return Network("written", name, make, inputs, **more)

    yield written("lenet", lenet)
    yield written("cnn", cnn)
    yield written("residual", lambda: nn.Sequential(block(3, 8), Residual(8), Residual(8), head(8)))
    yield written("dense-blocks", Dense)
    yield written("inception", Inception)
    yield written("separable", separable)
    yield written("unet-transposed", lambda: UNet(False))
    yield written("unet-upsampled", lambda: UNet(True))
    yield written("pyramid", Pyramid)
    yield written("volume", volume, image(1, 8, 12, 10))
    yield written("prelu", prelu)
    yield written("weight-norm", weight_norm)
    yield written("spectral-norm", spectral_norm)
    yield written("pixel-shuffle", shuffle)
    yield written("squeeze-excite", Squeeze)
    yield written("film", FiLM, several(image=(3, 16, 20), features=(6,)))
    yield written("image-and-features", ImageAndFeatures, several(image=(3, 16, 20), features=(6,)))
    yield written("siamese", Siamese, several(first=(3, 16, 20), second=(3, 16, 20)))
    yield written("two-heads", TwoHeads)
    yield written("autoencoder", autoencoder)
    yield written("generator", Generator, lambda module: {"noise": torch.randn(2, 10)})
    yield written("variational", Variational)
    yield written("norms", norms)
    yield written("pools", pools)
    yield written("spatial-transformer", Transformed)
    yield written("conv-lstm", ConvLSTM, lambda module: {"frames": torch.randn(2, 4, 1, 8, 10)})
    yield written("padding", Padded)
