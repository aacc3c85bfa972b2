"""The methods of Captum and Zennit under the names and options of our catalogue."""

import copy
import sys
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


class TransformerPeer(Peer):
    """The methods for transformers; LXT changes classes, so that a process answers for one method only."""

    def gradient_x_input(self):
        return captum.attr.InputXGradient(self.net).attribute(self._input(), self.target)

    def grad_cam(self):
        layer = self.net.encoder.layers[-1].ln_1
        # By hand: the channels are the last axis, and the class token is no place.
        with torch.enable_grad():
            x = self._input()
            kept = {}
            handle = layer.register_forward_hook(lambda module, inputs, output: kept.update(value=output))
            logits = self.net(x)
            handle.remove()
            score = logits.gather(1, self.target[:, None]).sum()
            slope, = torch.autograd.grad(score, kept["value"])
        value, slope = kept["value"][:, 1:], slope[:, 1:]
        side = int(value.shape[1] ** 0.5)
        return torch.relu((value * slope.mean(1, keepdim=True)).sum(2)).reshape(-1, 1, side, side)

    def attn_lrp(self):
        return self._lxt({})

    def cp_lrp(self, gamma_convolution="0", gamma_dense="0"):
        gammas = {torch.nn.Conv2d: float(gamma_convolution), torch.nn.Linear: float(gamma_dense)}
        return self._lxt({kind: gamma for kind, gamma in gammas.items() if gamma})

    def _lxt(self, gammas):
        lxt_patches(self.net, bool(gammas))
        composite = None
        if gammas:
            from zennit.rules import Gamma

            composite = LayerMapComposite([(kind, Gamma(gamma)) for kind, gamma in gammas.items()])
            composite.register(self.net)
        x = self._input()
        with torch.enable_grad():
            score = self.net(x).gather(1, self.target[:, None]).sum()
            slope, = torch.autograd.grad(score, x)
        if composite:
            composite.remove()
        return x.detach() * slope

    def _attention(self, derivatives):
        """The attention weights of each block, `[N, heads, T, T]`, and the score's derivatives by them."""
        kept = []

        def forward(module, query, key, value, **_):
            n, t, d = query.shape
            q, k, v = torch.nn.functional.linear(query, module.in_proj_weight, module.in_proj_bias).view(
                n, t, 3, module.num_heads, -1).permute(2, 0, 3, 1, 4)
            weights = torch.softmax(q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5, -1)
            if derivatives and not kept:
                weights.requires_grad_(True)
            kept.append(weights)
            mixed = (weights @ v).transpose(1, 2).reshape(n, t, d)
            return module.out_proj(mixed), None

        modules = [module for module in self.net.modules() if isinstance(module, torch.nn.MultiheadAttention)]
        for module in modules:
            module.forward = types.MethodType(forward, module)
        with torch.set_grad_enabled(derivatives):
            score = self.net(self.x).gather(1, self.target[:, None]).sum()
            slopes = torch.autograd.grad(score, kept) if derivatives else None
        for module in modules:
            del module.forward
        return [weights.detach() for weights in kept], slopes

    def _rows(self, relevance):
        side = int((relevance.shape[-1] - 1) ** 0.5)
        return relevance[:, 0, 1:].reshape(-1, 1, side, side)

    def generic_attention(self):
        weights, slopes = self._attention(derivatives=True)
        relevance = torch.eye(weights[0].shape[-1]).expand(self.x.shape[0], -1, -1)
        for weight, slope in zip(weights, slopes):
            relevance = relevance + (weight * slope).clamp(min=0).mean(1) @ relevance
        return self._rows(relevance)

    def attention_rollout(self):
        weights, _ = self._attention(derivatives=False)
        identity = torch.eye(weights[0].shape[-1])
        relevance = identity.expand(self.x.shape[0], -1, -1)
        for weight in weights:
            mixed = weight.mean(1) + identity
            relevance = mixed / mixed.sum(-1, keepdim=True) @ relevance
        return self._rows(relevance)


def lxt_patches(net, with_zennit):
    """Changes torchvision's classes as LXT does; its language models do not import beside transformers 5."""
    if "lxt.efficient" in sys.modules:
        return
    if not hasattr(net, "encoder"):
        raise NotImplementedError("LXT 2.1 reads no BERT of transformers 5")
    for name in ("llama", "qwen2", "qwen3", "gemma3", "bert", "gpt2"):
        module = types.ModuleType(f"lxt.efficient.models.{name}")
        module.__getattr__ = lambda attribute: object()
        sys.modules[module.__name__] = module
    from lxt.efficient import monkey_patch, monkey_patch_zennit
    from torchvision.models import vision_transformer

    monkey_patch(vision_transformer, verbose=False)
    if with_zennit:
        monkey_patch_zennit(verbose=False)


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
