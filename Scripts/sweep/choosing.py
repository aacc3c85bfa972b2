"""Operators that choose elements by their places, stated or computed."""
from sweep.networks import anything, image, normal, pick


def choosing(rng, version):
    net = anything(rng, version) if rng.random() < 0.5 else image(rng, version)
    rank = len(net.shape)
    axis = int(rng.integers(1, rank)) if rank > 1 else None
    kind = pick(rng, "TopK", "GatherElements", "ScatterElements", "OneHot", "Compress", "GatherND", "Gather", "Pad")
    net.tag = kind
    if axis is None:
        net.add("Abs")
        return net
    extent = net.shape[axis]
    source = net.last
    count = int(rng.integers(1, extent + 1))
    turned = axis - rank if rng.random() < 0.3 else axis
    if kind == "TopK":
        largest = int(rng.integers(0, 2)) if version >= 11 else None
        net.add("TopK", None, net.ints([count]), outputs=2, axis=turned, largest=largest)
        return net
    if kind == "Compress":
        flags = rng.random(extent) < 0.6
        flags[int(rng.integers(extent))] = True
        net.add("Compress", None, net.constant(flags, bool), axis=turned if version >= 11 else axis)
        return net
    if kind == "Pad":
        mode = pick(rng, *(["reflect", "edge"] + (["wrap"] if version >= 19 else [])))
        most = extent - 1 if mode == "reflect" else extent
        pads = [0] * (2 * rank)
        for place in (axis, axis + rank):
            pads[place] = int(rng.integers(0, most + 1))
        net.tag = f"Pad {mode}"
        if version < 11:
            net.add("Pad", pads=pads, mode=mode)
        else:
            net.add("Pad", None, net.ints(pads), mode=mode)
        return net
    if kind == "OneHot":
        net.add("ArgMax", axis=axis, keepdims=int(rng.integers(0, 2)))
        net.add("OneHot", None, net.ints([extent]), net.constant(normal(rng, [2])), axis=int(pick(rng, -1, 1)))
        return net
    if version < 11 and kind in ("GatherElements", "ScatterElements", "GatherND"):
        net.add("Abs")
        return net
    if kind == "Gather":
        net.add("ArgMax", axis=axis, keepdims=0)
        chosen = net.last
        net.last = source
        # One sample's places are its own only where there is one sample.
        if net.shape[0] > 1:
            net.add("Abs")
        else:
            net.add("Gather", None, chosen, axis=axis)
        return net
    if kind == "GatherND":
        net.add("ArgMax", axis=axis, keepdims=1)
        last = net.add("Transpose", perm=[0] + [a for a in range(1, rank) if a != axis] + [axis])[0]
        net.last = source
        moved = net.add("Transpose", perm=[0, axis] + [a for a in range(1, rank) if a != axis])[0]
        if version < 12:
            net.add("Abs")
        else:
            net.add("GatherND", moved, last, batch_dims=1)
        return net
    _, places = net.add("TopK", None, net.ints([count]), outputs=2, axis=axis)
    if kind == "GatherElements":
        net.last = source
        net.add("GatherElements", None, places, axis=turned)
        return net
    net.last = source
    net.add("Tanh")
    net.last = net.add("Slice", None, net.ints([0]), net.ints([count]), net.ints([axis]))[0]
    add = {"reduction": "add"} if version >= 16 and rng.random() < 0.5 else {}
    net.add("ScatterElements", source, places, net.last, axis=turned, **add)
    return net
