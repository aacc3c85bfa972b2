"""What PyTorch makes of a network: its answer, its gradient, and its files."""

import json
import tempfile
import time
import warnings

import torch
from safetensors.torch import save_file

from benchmark.zoo.names import EXPORTERS

# Networks with more parameters are left out.
LARGEST = 90_000_000


class TooLarge(Exception):
    pass


def called(module, inputs):
    """The outputs, as a list."""
    outputs = module(*inputs.values())
    return list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]


def explained(network, module, inputs):
    """The gradient of class 1 of the first output, summed over samples, by the input that is explained.

    Of token ids it is by the vectors that they stand for. A class of a dense output is summed over places.
    """
    of = network.of or next(iter(inputs))
    found = {}
    ordered(module)
    if network.embedding:
        def keep(part, _, output):
            if "vectors" not in found:
                found["vectors"] = output.detach().requires_grad_()
                return found["vectors"]

        handle = module.get_submodule(network.embedding).register_forward_hook(keep)
    else:
        inputs = inputs | {of: inputs[of].clone().requires_grad_()}
        found["vectors"] = inputs[of]
    scored = module.logits if network.ending else module
    if network.ending:
        output = scored(*inputs.values())
    else:
        output = called(scored, inputs)[0]
    (gradient,) = torch.autograd.grad(output[:, target_class(output)].sum(), found["vectors"])
    if network.embedding:
        handle.remove()
        samples = inputs[of].shape[0]
        if gradient.shape[0] != samples and gradient.shape[1] == samples:
            # Looked up with the samples behind the places, as XLNet does.
            gradient = gradient.transpose(0, 1)
        # Some look-ups scale their rows themselves; the command's vectors are the rows.
        table = module.get_submodule(network.embedding)
        gradient = gradient * float(getattr(table, "scalar_embed_scale", getattr(table, "embed_scale", 1.0)))
    return gradient


def ordered(module):
    """Has gradients reach batch norms in the order of their axes.

    NB: of one sample with channels last, whose first stride is not that of a whole sample (tokens that became a map
    again), PyTorch 2.13's derivative of an evaluated batch norm mixes elements up; finite differences show it.
    """
    def order(part, _, output):
        if output.requires_grad:
            output.register_hook(torch.Tensor.contiguous)

    for part in module.modules():
        if isinstance(part, torch.nn.modules.batchnorm._BatchNorm):
            part.register_forward_hook(order)


def target_class(output):
    return 1 if output.shape[1] > 1 else 0


def reference(network, folder):
    """Writes PyTorch's own numbers beside the files: in float32, and in float64 where the network allows it.

    Returns what a checker must know.
    """
    module = network.built()
    size = sum(parameter.numel() for parameter in module.parameters())
    if size > LARGEST:
        raise TooLarge(f"{size / 1e6:.0f} million parameters")
    inputs = network.drawn(module)
    with torch.no_grad():
        outputs = called(module, inputs)
    tensors = {f"input/{name}": value for name, value in inputs.items()}
    tensors |= {f"float32/{index}": value for index, value in enumerate(outputs)}
    about = {
        "parameters": size, "inputs": list(inputs), "outputs": len(outputs), "of": network.of or next(iter(inputs)),
        "ending": network.ending, "class": target_class(outputs[0]), "gradient": "", "double": "",
    }
    try:
        module = network.built().double()
        wide = {
            name: value.double() if value.is_floating_point() else value for name, value in inputs.items()}
        with torch.no_grad():
            outputs = called(module, wide)
        tensors |= {f"float64/{index}": value for index, value in enumerate(outputs)}
        about["double"] = "float64"
        if network.hasGradient:
            tensors["gradient"] = explained(network, module, wide)
            about["gradient"] = "float64"
    except Exception as error:
        about["double-refused"] = sentence(error)
    if network.hasGradient and not about["gradient"]:
        module = network.built()
        tensors["gradient"] = explained(network, module, network.drawn(module))
        about["gradient"] = "float32"
    save_file(
        {name: value.detach().contiguous().clone() for name, value in tensors.items()},
        folder / "reference.safetensors")
    return about


class Exporters:
    """The three files of one network."""

    def __init__(self, network, folder):
        self.network, self.folder = network, folder
        self.program = None

    def export(self, kind):
        """Writes a file. Returns the names of its outputs, and remarks."""
        warnings.filterwarnings("ignore")
        path = self.folder / f"{kind}.{EXPORTERS[kind]}"
        return getattr(self, kind)(path)

    def legacy(self, path):
        def write(plain):
            module = self.network.built(plain)
            inputs = self.network.drawn(module)
            with_names = [f"output_{index}" for index in range(len(called(module, inputs)))]
            torch.onnx.export(
                module, tuple(inputs.values()), str(path), dynamo=False, opset_version=17,
                input_names=list(inputs), output_names=with_names,
                dynamic_axes={name: {0: "batch"} for name in [*inputs, *with_names]})
            return with_names

        try:
            return {"outputs": write(False), "remark": ""}
        except Exception as error:
            if self.network.plain is None:
                raise
            return {"outputs": write(True), "remark": f"without sdpa, with which: {sentence(error)}"}

    def exported(self):
        if self.program is None:
            module = self.network.built()
            inputs = self.network.drawn(module)
            samples = next(iter(inputs.values())).shape[0]
            shapes = tuple({0: torch.export.Dim.AUTO} for _ in inputs) if samples > 1 else None
            try:
                program = torch.export.export(module, tuple(inputs.values()), dynamic_shapes=shapes)
                self.remark = "open batch" if shapes else "one sample"
            except Exception as error:
                if shapes is None:
                    raise
                program = torch.export.export(module, tuple(inputs.values()))
                self.remark = f"fixed batch, since open: {sentence(error)}"
            self.program = program
        return self.program

    def pt2(self, path):
        program = self.exported()
        torch.export.save(program, path)
        return {"outputs": list(program.graph_signature.user_outputs), "remark": self.remark}

    def dynamo(self, path):
        import onnx

        def write(program):
            torch.onnx.export(program, (), str(path), dynamo=True, external_data=False, verbose=False)
            graph = onnx.load(path, load_external_data=False).graph
            return [output.name for output in graph.output]

        program = self.exported()
        try:
            return {"outputs": write(program), "remark": self.remark}
        except Exception as error:
            if self.network.plain is None:
                raise
            module = self.network.built(plain=True)
            program = torch.export.export(module, tuple(self.network.drawn(module).values()))
            return {"outputs": write(program), "remark": f"without sdpa, with which: {sentence(error)}"}


def warm():
    """Loads once what every child needs: exporters load much when they are first called.

    With one thread, so that processes may be forked afterwards.
    """
    torch.set_num_threads(1)
    module, inputs = torch.nn.Linear(2, 2).eval(), (torch.zeros(2, 2),)
    with tempfile.TemporaryDirectory() as folder:
        torch.onnx.export(module, inputs, f"{folder}/legacy.onnx", dynamo=False)
        program = torch.export.export(module, inputs, dynamic_shapes=({0: torch.export.Dim.AUTO},))
        torch.export.save(program, f"{folder}/exported.pt2")
        torch.onnx.export(program, (), f"{folder}/dynamo.onnx", dynamo=True, external_data=False, verbose=False)


def sentence(error):
    """The first sentence of an error."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0][:200] if lines else ''}"


def prepared(network, folder, exporters):
    """Makes what is not there yet; a record of each step lies in `export.json` as soon as it is done."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "export.json"
    record = json.loads(place.read_text()) if place.exists() else {}

    def note(key, value):
        record[key] = value
        place.write_text(json.dumps(record, indent=1))

    if record.get("reference", {}).get("begun"):
        # An earlier run ended in the middle of it.
        note("reference", {"error": "it did not end within the time limit, or the process died"})
    if "reference" not in record:
        note("reference", {"begun": True})
        try:
            note("reference", reference(network, folder))
        except TooLarge as error:
            note("reference", {"error": str(error), "large": True})
        except Exception as error:
            note("reference", {"error": sentence(error)})
    if "error" in record["reference"]:
        return record
    work = Exporters(network, folder)
    for kind in exporters:
        if record.get(kind, {}).get("begun"):
            note(kind, {"error": "it did not end within the time limit, or the process died"})
        if kind in record:
            continue
        note(kind, {"begun": True})
        start = time.monotonic()
        try:
            found = work.export(kind)
        except Exception as error:
            found = {"error": sentence(error)}
        note(kind, found | {"seconds": round(time.monotonic() - start, 1)})
    return record
