"""What is compared: rows, the ratios that we want at least, and how much work each method is."""

from dataclasses import dataclass

# The last convolution's rectified output, as our graphs name it; transformers have a layer of their own choice.
LAST_LAYER = {"vgg16": "features.29", "resnet18": "layer4.1.relu_2"}
NETWORKS = (*LAST_LAYER, "vit_b_16", "bert_base")


@dataclass(frozen=True, eq=False)
class Row:
    name: str
    # The method in the words of our catalogue; `{layer}` stands for the network's last layer.
    method: str
    # peer / ours, at least.
    targets: dict
    # How often data pass convolutions, and all other layers, forward or backward.
    convolution_passes: int
    other_passes: int
    # How many inputs pass together.
    batch: int = 1
    note: str = ""

    def method_for(self, network):
        return self.method.format(layer=LAST_LAYER.get(network, ""))


def _row(name, method, vgg16, resnet18, convolution_passes, other_passes, batch=1, note=""):
    targets = {"vgg16": vgg16, "resnet18": resnet18}
    return Row(name, method, targets, convolution_passes, other_passes, batch, note)


ROWS = [
    _row("forward", "forward", 2, 1.2, 1, 1),
    _row("gradient", "gradient", 2, 1.5, 2, 2),
    _row("guided-backprop", "guided-backprop", 2, 1.5, 2, 2),
    _row("integrated-gradients", "integrated-gradients:steps=50", 3.5, 2, 100, 100, 10,
         "Captum: `internal_batch_size=10`."),
    _row("smoothgrad", "smoothgrad:samples=25,noise=0.15", 3.5, 2, 50, 50, 5,
         "Captum: `NoiseTunnel`, 5 samples a pass. The random numbers differ, so that the maps agree "
         "only as far as two means of 25 samples do."),
    _row("deeplift-rescale", "deeplift-rescale", 3.5, 3, 3, 3, 1,
         "Captum refuses a ReLU module that is used twice: for ResNet it gets a copy without such."),
    _row("grad-cam", "grad-cam:layer={layer}", 2, 1.2, 1, 2),
    _row("lrp-epsilon", "lrp-epsilon", 3.5, 3, 2, 2, 1, "Zennit: ε = 1e-6 at every weighted layer."),
    _row("lrp-epsilon-plus", "lrp-composite:preset=epsilon-plus", 4, 4, 3, 2),
    _row("lrp-epsilon-alpha2-beta1", "lrp-composite:preset=epsilon-alpha2-beta1", 6, 5, 4, 2),
    _row("lrp-epsilon-gamma-box", "lrp-composite:preset=epsilon-gamma-box", 6, 5, 3, 2),
    _row("occlusion-32-16", "occlusion:window=32,stride=16", 12, 5, 170, 170, 8,
         "169 windows, 8 a pass. The map holds small differences of large scores, which rounds more."),
    _row("occlusion-16-8", "occlusion:window=16,stride=8", 15, 5, 730, 730, 8,
         "729 windows, 8 a pass; rounding as above."),
]


def _transformer_row(name, method, wanted, only="", batch=1, note=""):
    networks = [only] if only else ["vit_b_16", "bert_base"]
    return Row(name, method, dict.fromkeys(networks, wanted), 0, 0, batch, note)


TRANSFORMER_ROWS = [
    _transformer_row("forward", "forward", 1.4),
    _transformer_row("gradient", "gradient", 1.5),
    _transformer_row("gradient-x-input", "gradient-x-input", 1.5),
    _transformer_row("integrated-gradients", "integrated-gradients:steps=50", 1.5, batch=10,
                     note="Captum: `internal_batch_size=10`."),
    _transformer_row("smoothgrad", "smoothgrad:samples=25,noise=0.15", 1.5, batch=5,
                     note="Captum: `NoiseTunnel`, 5 samples a pass; the random numbers differ."),
    _transformer_row("grad-cam", "grad-cam", 1.4, "vit_b_16",
                     note="By hand in PyTorch, at the last block's first norm: the class token cut off and the "
                          "patches put on their grid."),
    _transformer_row("attn-lrp", "attn-lrp", 1.5,
                     note="LXT 2.1, input × gradient; of ViT it has CP-LRP only, so that maps differ there."),
    _transformer_row("cp-lrp", "cp-lrp", 1.5, "vit_b_16", note="LXT 2.1."),
    _transformer_row("cp-lrp-gamma", "cp-lrp:gamma-convolution=0.25,gamma-dense=0.05", 4, "vit_b_16",
                     note="LXT 2.1 with Zennit's γ."),
    _transformer_row("generic-attention", "generic-attention", 1.5, "vit_b_16",
                     note="Chefer et al. 2021, equations 5 and 6, on attention weights that PyTorch's module keeps."),
    _transformer_row("attention-rollout", "attention-rollout", 1.5, "vit_b_16",
                     note="Abnar and Zuidema 2020, on the same weights."),
    _transformer_row("deeplift-rescale", "deeplift-rescale", 3,
                     note="Captum's does not sum to the difference here: it takes softmax, layer norm and products for "
                          "linear, so that maps differ."),
    _transformer_row("occlusion-32-16", "occlusion:window=32,stride=16", 1.4, "vit_b_16", 8,
                     note="169 windows, 8 a pass."),
]


def rows(network):
    """The rows of a network."""
    return TRANSFORMER_ROWS if network not in LAST_LAYER else ROWS
