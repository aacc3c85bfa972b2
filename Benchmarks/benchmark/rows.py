"""What is compared: rows, the ratios that we want at least, and how much work each method is."""

from dataclasses import dataclass

# The last convolution's rectified output, as our graphs name it.
LAST_LAYER = {"vgg16": "features.29", "resnet18": "layer4.1.relu_2"}


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
