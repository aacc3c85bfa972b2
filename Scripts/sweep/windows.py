"""Operators that go over windows: resizing, pooling, convolution."""
import numpy as np

from sweep.networks import image, normal, pick, some


def window(rng, net, axes):
    spatial = net.shape[2:]
    size = [int(rng.integers(1, min(4, s) + 1)) for s in spatial]
    strides = some(rng, 1, 3, axes)
    return size, strides


def resize(rng, version):
    net = image(rng, version, axes=pick(rng, 2, 2, 2, 1, 3))
    axes = len(net.shape) - 2
    mode = pick(rng, "nearest", "nearest", "linear", "linear", "cubic" if version >= 11 and axes == 2 else "linear")
    a = dict(mode=mode)
    if version < 11:
        scales = [1.0, 1.0] + [float(pick(rng, 0.5, 0.6, 1.0, 1.5, 2.0, 3.0)) for _ in range(axes)]
        if mode == "linear":
            scales = scales[:2] + [max(1.0, s) for s in scales[2:]] if version == 9 else scales
        if version == 9:
            scales = [max(1.0, s) for s in scales]
        net.add("Resize" if version == 10 else "Upsample", None, net.constant(scales), **a)
        net.tag = f"Resize{version} {mode}"
        return net
    modes = ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"]
    if version >= 19:
        modes.append("half_pixel_symmetric")
    if version < 13 and mode == "nearest":
        modes.append("tf_half_pixel_for_nn")
    coordinates = pick(rng, *modes)
    a["coordinate_transformation_mode"] = coordinates
    if mode == "nearest":
        a["nearest_mode"] = pick(rng, "round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
    if mode == "cubic":
        a["cubic_coeff_a"] = float(pick(rng, -0.75, -0.5))
        a["exclude_outside"] = int(pick(rng, 0, 1))
    if version >= 18 and mode != "nearest" and axes == 2 and coordinates != "align_corners" and rng.random() < 0.4:
        a["antialias"] = 1
        a["exclude_outside"] = int(pick(rng, 0, 1))
    named = version >= 18 and rng.random() < 0.3
    if named:
        a["axes"] = list(range(2, 2 + axes))
    lead = [] if named else net.shape[:2]
    empty = net.constant(np.zeros(0)) if version < 13 else ""
    if rng.random() < 0.5:
        sizes = lead + some(rng, 1, 15, axes)
        net.add("Resize", None, empty, net.constant(np.zeros(0)) if version < 13 else "", net.ints(sizes), **a)
    else:
        scales = [1.0] * len(lead) + [float(pick(rng, 0.3, 0.5, 0.6, 0.75, 1.0, 1.25, 1.5, 1.7, 2.0, 3.0)) for _ in range(axes)]
        net.add("Resize", None, empty, net.constant(scales), **a)
    net.tag = f"Resize {mode} {coordinates}" + (" antialias" if a.get("antialias") else "")
    return net


def pads_of(rng, size, dilations=None):
    reach = [s for s in size]
    before = [int(rng.integers(0, max(r, 1))) for r in reach]
    after = [int(rng.integers(0, max(r, 1))) for r in reach]
    if rng.random() < 0.4:
        after = before
    return before + after


def pool(kind):
    def make(rng, version):
        net = image(rng, version)
        axes = len(net.shape) - 2
        size, strides = window(rng, net, axes)
        a = dict(kernel_shape=size, strides=strides)
        if rng.random() < 0.15:
            a["auto_pad"] = pick(rng, "SAME_UPPER", "SAME_LOWER", "VALID")
        else:
            a["pads"] = pads_of(rng, size)
            if version >= 10 or False:
                a["ceil_mode"] = int(rng.integers(0, 2))
        if kind == "AveragePool":
            a["count_include_pad"] = int(rng.integers(0, 2))
            if version >= 19 and rng.random() < 0.3:
                a["dilations"] = some(rng, 1, 2, axes)
        elif version >= 10 and rng.random() < 0.3 and "auto_pad" not in a:
            a["dilations"] = some(rng, 1, 2, axes)
        net.add(kind, **a)
        net.tag = f"{kind} {'ceil ' if a.get('ceil_mode') else ''}" \
            f"{'counting ' if a.get('count_include_pad') else ''}{'dilated ' if a.get('dilations') else ''}" \
            f"{a.get('auto_pad', '')}"
        return net
    return make


def conv(rng, version):
    net = image(rng, version, channels=int(pick(rng, 2, 4, 6)))
    axes, channels = len(net.shape) - 2, net.shape[1]
    size, strides = window(rng, net, axes)
    group = int(pick(rng, *[g for g in (1, 2, channels) if channels % g == 0]))
    out = group * int(rng.integers(1, 4))
    a = dict(strides=strides, group=group, dilations=some(rng, 1, 2, axes) if rng.random() < 0.3 else None)
    if rng.random() < 0.2:
        a["auto_pad"] = pick(rng, "SAME_UPPER", "SAME_LOWER", "VALID")
    else:
        a["pads"] = pads_of(rng, size)
    if rng.random() < 0.5:
        a["kernel_shape"] = size
    inputs = [None, net.constant(normal(rng, [out, channels // group] + size))]
    if rng.random() < 0.5:
        inputs.append(net.constant(normal(rng, [out])))
    net.add("Conv", *inputs, **a)
    net.tag = "Conv"
    return net


def conv_transpose(rng, version):
    net = image(rng, version, channels=int(pick(rng, 2, 4)))
    axes, channels = len(net.shape) - 2, net.shape[1]
    size, strides = window(rng, net, axes)
    group = int(pick(rng, 1, 2))
    each = int(rng.integers(1, 4))
    half = [int(rng.integers(0, (s + 1) // 2)) for s in size]
    a = dict(strides=strides, group=group, pads=half + half if rng.random() < 0.7 else pads_of(rng, half),
             dilations=some(rng, 1, 2, axes) if rng.random() < 0.3 else None)
    if rng.random() < 0.3:
        a["output_padding"] = [int(rng.integers(0, s)) for s in strides]
    inputs = [None, net.constant(normal(rng, [channels, each] + size))]
    if rng.random() < 0.5:
        inputs.append(net.constant(normal(rng, [each * group])))
    net.add("ConvTranspose", *inputs, **a)
    net.tag = "ConvTranspose"
    return net
