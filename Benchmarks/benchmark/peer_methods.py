"""The methods of Captum and Zennit under the names and options of our catalogue."""

import copy
import types

import captum.attr
import torch
from zennit.attribution import Gradient
from zennit.composites import (
    EpsilonAlpha2Beta1,
    EpsilonGammaBox,
    EpsilonPlus,
    LayerMapComposite,
    layer_map_base,
)
from zennit.rules import Epsilon
from zennit.torchvision import ResNetCanonizer, VGGCanonizer
from zennit.types import Convolution

from benchmark.networks import DEVIATION, MEAN


class Peer:
    """Explains the class that the network predicts."""

    def __init__(self, net, x):
        self.net = net
        self.x = x
        with torch.no_grad():
            self.target = net(x).argmax(1)

    def explanation(self, text):
        """A function that computes the map of a method, `NAME:option=value,…`."""
        name, _, settings = text.partition(":")
        options = dict(pair.split("=") for pair in settings.split(",") if pair)
        method = getattr(self, name.replace("-", "_"))
        return lambda: method(**{key.replace("-", "_"): value for key, value in options.items()})

    def _input(self):
        return self.x.clone().requires_grad_(True)

    def forward(self):
        with torch.no_grad():
            return self.net(self.x)

    def gradient(self):
        return captum.attr.Saliency(self.net).attribute(self._input(), self.target, abs=False)

    def guided_backprop(self):
        return captum.attr.GuidedBackprop(self.net).attribute(self._input(), self.target)

    def integrated_gradients(self, steps):
        return captum.attr.IntegratedGradients(self.net).attribute(
            self.x, target=self.target, n_steps=int(steps), internal_batch_size=10)

    def smoothgrad(self, samples, noise):
        torch.manual_seed(0)
        deviation = float(noise) * (self.x.max() - self.x.min()).item()
        return captum.attr.NoiseTunnel(captum.attr.Saliency(self.net)).attribute(
            self._input(), nt_samples=int(samples), nt_samples_batch_size=5, stdevs=deviation,
            target=self.target, abs=False)

    def deeplift_rescale(self):
        return captum.attr.DeepLift(without_reuse(self.net)).attribute(
            self.x.clone(), target=self.target)

    def grad_cam(self, layer):
        # Our graphs name a block's last ReLU, which in torchvision is the block's output.
        module = self.net.get_submodule(layer.removesuffix(".relu_2"))
        return captum.attr.LayerGradCam(self.net, module).attribute(
            self.x, self.target, relu_attributions=True)

    def occlusion(self, window, stride):
        return captum.attr.Occlusion(self.net).attribute(
            self.x, target=self.target, sliding_window_shapes=(3, int(window), int(window)),
            strides=(3, int(stride), int(stride)), perturbations_per_eval=8)

    def lrp_epsilon(self):
        rules = [((Convolution, torch.nn.Linear), Epsilon(1e-6))]
        return self._relevance(LayerMapComposite, layer_map=layer_map_base() + rules)

    def lrp_composite(self, preset):
        if preset == "epsilon-gamma-box":
            mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in (MEAN, DEVIATION))
            low, high = -mean / deviation, (1 - mean) / deviation
            return self._relevance(
                EpsilonGammaBox, low=low.expand_as(self.x), high=high.expand_as(self.x))
        presets = {"epsilon-plus": EpsilonPlus, "epsilon-alpha2-beta1": EpsilonAlpha2Beta1}
        return self._relevance(presets[preset])

    def _relevance(self, make, **options):
        is_resnet = hasattr(self.net, "layer4")
        composite = make(canonizers=[ResNetCanonizer() if is_resnet else VGGCanonizer()], **options)
        with Gradient(model=self.net, composite=composite) as attributor:
            return attributor(self._input(), self._score)[1]

    def _score(self, logits):
        return logits * torch.nn.functional.one_hot(self.target, logits.shape[1])


def without_reuse(net):
    """A copy of a ResNet of basic blocks in which each ReLU module is used once."""

    def forward(block, x):
        y = block.bn2(block.conv2(block.relu(block.bn1(block.conv1(x)))))
        return block.last_relu(y + (x if block.downsample is None else block.downsample(x)))

    if not hasattr(net, "layer4"):
        return net
    net = copy.deepcopy(net)
    for stage in (net.layer1, net.layer2, net.layer3, net.layer4):
        for block in stage:
            block.last_relu = torch.nn.ReLU()
            block.forward = types.MethodType(forward, block)
    return net
