"""Small networks whose sizes are open, and those with loops and computed indices, with what ONNX Runtime gives.

Run: python make.py   (torch 2.13, onnx, onnxruntime 1.32, safetensors; writes beside itself)

NAME.onnx, and NAME.safetensors with tensors `CASE/in/INPUT` and `CASE/out` of the first output.
"""

import os
import tempfile
from typing import List

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnx import TensorProto, helper, numpy_helper, parser
from safetensors.numpy import save_file
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
RANDOM = np.random.default_rng(7)


def real(*shape):
    return RANDOM.standard_normal(shape).astype(np.float32)


def whole(high, *shape):
    return RANDOM.integers(0, high, shape).astype(np.int64)


def note(name, model, cases):
    """Writes a model and what ONNX Runtime makes of each case, a dictionary of inputs."""
    onnx.checker.check_model(model)
    path = os.path.join(HERE, f"{name}.onnx")
    onnx.save(model, path)
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    wanted = [x.name for x in session.get_inputs()]
    tensors = {}
    for number, case in enumerate(cases):
        fed = {key: value for key, value in case.items() if key in wanted}
        output = session.run(None, fed)[0]
        assert np.isfinite(output).all(), name
        for key, value in case.items():
            # Not ascontiguousarray, which gives a number an axis.
            tensors[f"{number}/in/{key}"] = np.array(value, order="C")
        tensors[f"{number}/out"] = np.ascontiguousarray(output)
    save_file(tensors, os.path.join(HERE, f"{name}.safetensors"))
    print(name, [tensors[f"{n}/out"].shape for n in range(len(cases))])


def exported(name, module, example, names, axes, cases, dynamo=False, opset=17, outputs=("out",)):
    torch.manual_seed(3)
    module = module().eval()
    if isinstance(module, Turns):
        module = torch.jit.script(module)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        if dynamo:
            batch = torch.export.Dim("batch", min=1, max=64)
            dims = {}
            for key in names:
                dims[key] = {
                    axis: batch if axis == 0 else torch.export.Dim(label, min=2, max=4096)
                    for axis, label in axes[key].items()
                }
            torch.onnx.export(
                module, example, path, dynamo=True, opset_version=opset, input_names=list(names),
                output_names=list(outputs), dynamic_shapes=tuple(dims[key] for key in names),
                external_data=False, verbose=False)
        else:
            torch.onnx.export(
                module, example, path, dynamo=False, opset_version=opset, input_names=list(names),
                output_names=list(outputs), dynamic_axes=axes)
        model = onnx.load(path)
    for node in model.graph.node:
        node.ClearField("doc_string")
        del node.metadata_props[:]
    del model.graph.value_info[:]
    note(name, model, cases)


class Sentence(nn.Module):
    """A small BERT: positions from a table, a mask, and the mean of tokens."""

    def __init__(self):
        super().__init__()
        self.word = nn.Embedding(23, 8)
        self.place = nn.Embedding(32, 8)
        self.register_buffer("positions", torch.arange(32)[None])
        layer = nn.TransformerEncoderLayer(8, 2, 12, batch_first=True, activation="gelu")
        self.attention = layer.self_attn
        self.query = nn.Linear(8, 8)
        self.key = nn.Linear(8, 8)
        self.value = nn.Linear(8, 8)
        self.norm = nn.LayerNorm(8)
        self.head = nn.Linear(8, 3)

    def forward(self, ids, mask):
        n, length = ids.shape
        x = self.word(ids) + self.place(self.positions[:, :length])
        def heads(y):
            return y.view(n, length, 2, 4).transpose(1, 2)
        scores = heads(self.query(x)) @ heads(self.key(x)).transpose(2, 3) / 2
        full = mask[:, None, None, :].expand(n, 1, length, length).to(x.dtype)
        scores = scores + (1 - full) * -1e4
        y = (torch.softmax(scores, -1) @ heads(self.value(x))).transpose(1, 2).reshape(n, length, 8)
        x = self.norm(x + y)
        weight = mask[:, :, None].to(x.dtype)
        return self.head((x * weight).sum(1) / weight.sum(1).clamp(min=1e-9))


class Line(nn.Module):
    """Text recognition: a picture whose height becomes one, columns as a sequence with attention."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 4, 3, 2, 1), nn.ReLU(), nn.Conv2d(4, 6, 3, (2, 1), 1), nn.ReLU())
        self.qkv = nn.Linear(6, 18)
        self.head = nn.Linear(6, 5)

    def forward(self, x):
        x = self.body(x).mean(2)
        n, c, w = x.shape
        x = x.permute(0, 2, 1)
        q, k, v = self.qkv(x).reshape(n, w, 3, 6).permute(2, 0, 1, 3)
        x = x + torch.softmax(q @ k.transpose(1, 2) / 6**0.5, -1) @ v
        return self.head(x).permute(0, 2, 1)


class Mask(nn.Module):
    """A U-shaped network that resizes to the size of an earlier value."""

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 4, 3, 2, 1)
        self.deep = nn.Conv2d(4, 6, 3, 2, 1)
        self.up = nn.Conv2d(10, 4, 3, 1, 1)
        self.head = nn.Conv2d(4, 2, 1)

    def forward(self, x):
        a = torch.relu(self.down(x))
        b = torch.relu(self.deep(a))
        b = nn.functional.interpolate(b, size=a.shape[2:], mode="bilinear", align_corners=False)
        a = torch.relu(self.up(torch.cat([a, b], 1)))
        a = nn.functional.interpolate(a, size=x.shape[2:], mode="nearest")
        return self.head(a)


class Film(nn.Module):
    """A convolutional network at each frame, frames folded into the batch, then a recurrence."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(2, 4, 3, 2, 1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(4, 5, 3, 1, 1, groups=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.rnn = nn.GRU(5, 4, batch_first=True)
        self.head = nn.Linear(4, 3)
        self.body[1].running_mean.uniform_(-0.3, 0.3)
        self.body[1].running_var.uniform_(0.5, 2)

    def forward(self, x):
        n, t = x.shape[:2]
        y = self.body(x.flatten(0, 1)).flatten(1).view(n, t, 5)
        return self.head(self.rnn(y)[0][:, -1])


class FilmPool(nn.Module):
    """The same with a one-axis convolution, an average pool and the largest over frames."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv1d(2, 4, 3, padding=1), nn.Tanh(), nn.AvgPool1d(2))
        self.up = nn.ConvTranspose1d(4, 3, 2, 2)
        self.head = nn.Linear(3, 3)

    def forward(self, x):
        n, t = x.shape[:2]
        y = self.up(self.body(x.flatten(0, 1))).amax(-1)
        return self.head(y.view(n, t, 3).amax(1))


class Looked(nn.Module):
    """A mask that is looked up by samples and places, as transformers does it."""

    def __init__(self):
        super().__init__()
        self.word = nn.Embedding(23, 6)
        self.head = nn.Linear(6, 3)

    def forward(self, ids, mask):
        n, length = ids.shape
        seen = mask[torch.arange(n)[:, None, None], torch.arange(length)[None, None, :]] > 0
        x = torch.tanh(self.word(ids))
        scores = (x @ x.transpose(1, 2)).masked_fill(~seen, -1e4)
        return self.head((torch.softmax(scores, -1) @ x).mean(1))


class Turns(nn.Module):
    """A recurrence that is written as a loop, with a list of what it saw; a script."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.again = nn.Linear(4, 4)
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        h = torch.zeros(x.size(0), 4)
        seen: List[torch.Tensor] = []
        for t in range(x.size(1)):
            h = torch.tanh(self.first(x[:, t]) + self.again(h))
            seen.append(h)
        i = 0
        while i < 2:
            h = torch.relu(self.again(h))
            i += 1
        if x.size(1) > 4:
            h = h * 2
        return self.head(torch.stack(seen, 1)).mean(1) + self.head(h)


class Chosen(nn.Module):
    """The vector of the last token, which an index chooses."""

    def __init__(self):
        super().__init__()
        self.word = nn.Embedding(23, 6)
        self.mix = nn.Linear(6, 6)
        self.head = nn.Linear(6, 3)

    def forward(self, ids):
        x = torch.tanh(self.mix(self.word(ids)))
        x = x + x.cumsum(1)
        last = ids.argmax(-1)
        row = x[torch.arange(ids.shape[0]), last]
        same = torch.gather(x, 1, last[:, None, None].expand(-1, 1, 6))[:, 0]
        return self.head(row * same)


class Largest(nn.Module):
    """The three largest values, the smallest, and where they are."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(6, 8)
        self.head = nn.Linear(6, 3)

    def forward(self, x):
        y = torch.tanh(self.first(x))
        values, places = y.topk(3, dim=-1)
        least, _ = y.topk(2, dim=-1, largest=False)
        z = torch.gather(y * y, 1, (places + 1) % 8)
        w = y.scatter(1, places, 2 * values)
        both = torch.cat([values + z, least, w.sum(1, keepdim=True)], 1)
        return self.head(both)


def refused(name, source):
    onnx.save(parser.parse_model(source), os.path.join(HERE, f"{name}.onnx"))


def text(name, source, cases, constants=()):
    model = parser.parse_model(source)
    for key, value in constants:
        model.graph.initializer.append(numpy_helper.from_array(value, key))
    note(name, model, cases)


def main():
    lengths = {"ids": {0: "batch", 1: "sequence"}, "mask": {0: "batch", 1: "sequence"}}
    def tokens(n, length):
        mask = np.ones((n, length), np.int64)
        mask[-1, length - 2:] = 0
        return {"ids": whole(23, n, length), "mask": mask}
    example = tuple(torch.from_numpy(x) for x in tokens(2, 7).values())
    cases = [tokens(2, 5), tokens(3, 9), tokens(1, 16)]
    exported("sentence", Sentence, example, ("ids", "mask"), lengths, cases)
    exported("sentence-dynamo", Sentence, example, ("ids", "mask"), lengths, cases, True, 18)
    exported("looked", Looked, example, ("ids", "mask"), lengths, cases, True, 18)
    exported(
        "line", Line, (torch.randn(2, 1, 16, 24),), ("x",), {"x": {0: "batch", 3: "width"}},
        [{"x": real(2, 1, 16, 24)}, {"x": real(2, 1, 16, 38)}])
    exported(
        "mask", Mask, (torch.randn(2, 3, 20, 28),), ("x",),
        {"x": {0: "batch", 2: "height", 3: "width"}},
        [{"x": real(2, 3, 20, 28)}, {"x": real(2, 3, 21, 19)}])
    exported(
        "film", Film, (torch.randn(2, 4, 2, 9, 8),), ("x",), {"x": {0: "batch"}},
        [{"x": real(2, 4, 2, 9, 8)}, {"x": real(3, 4, 2, 9, 8)}])
    exported(
        "film-open", Film, (torch.randn(2, 4, 2, 9, 8),), ("x",), {"x": {0: "batch", 1: "frames"}},
        [{"x": real(2, 4, 2, 9, 8)}, {"x": real(3, 6, 2, 9, 8)}])
    exported(
        "film-pool", FilmPool, (torch.randn(2, 4, 2, 10),), ("x",), {"x": {0: "batch"}},
        [{"x": real(2, 4, 2, 10)}, {"x": real(3, 4, 2, 10)}])
    exported(
        "chosen", Chosen, (torch.from_numpy(whole(23, 2, 7)),), ("ids",),
        {"ids": {0: "batch", 1: "sequence"}}, [{"ids": whole(23, 3, 6)}, {"ids": whole(23, 2, 10)}])
    exported(
        "largest", Largest, (torch.randn(2, 6),), ("x",), {"x": {0: "batch"}},
        [{"x": real(3, 6)}, {"x": real(1, 6)}])

    exported(
        "turns", Turns, (torch.randn(2, 5, 3),), ("x",), {"x": {0: "batch", 1: "steps"}},
        [{"x": real(2, 3, 3)}, {"x": real(3, 6, 3)}])

    # Voice activity as silero-vad writes it: a rate that decides, a state before the samples.
    text(
        "rate", """
        <ir_version: 8, opset_import: ["" : 16]>
        rate (float[?,?] input, float[2,?,3] state, int64 sr) => (float[n,1] output, float[2,m,3] stateN) {
          sixteen = Constant <value = int64 {16000}> ()
          is_high = Equal(sr, sixteen)
          zero = Constant <value = int64 {0}> ()
          one = Constant <value = int64 {1}> ()
          h = Gather <axis = 0> (state, zero)
          c = Gather <axis = 0> (state, one)
          channel = Constant <value = int64[1] {1}> ()
          series = Unsqueeze(input, channel)
          output, next = If (is_high) <
            then_branch = high () => (float[a,b] y, float[e,f] s) {
              z = Conv <strides = [2]> (series, w_high)
              r = Relu(z)
              shape = Shape(r)
              two = Constant <value = int64 {2}> ()
              extent = Gather <axis = 0> (shape, two)
              short_one = Constant <value = int64 {1}> ()
              is_one = Equal(extent, short_one)
              p = If (is_one) <
                then_branch = single () => (float[i,j] q) {
                  last = Constant <value = int64[1] {2}> ()
                  q = Squeeze(r, last)
                },
                else_branch = many () => (float[i,j] q2) {
                  q2 = ReduceMean <axes = [2], keepdims = 0> (r)
                }
              >
              s = Add(p, h)
              t = Tanh(s)
              y = MatMul(t, head)
            },
            else_branch = low () => (float[a,b] y, float[e,f] s) {
              z = Conv (series, w_low)
              r = Tanh(z)
              p = ReduceMax <axes = [2], keepdims = 0> (r)
              s = Mul(p, c)
              y = MatMul(s, head)
            }
          >
          front = Constant <value = int64[1] {0}> ()
          n1 = Unsqueeze(next, front)
          n2 = Unsqueeze(c, front)
          stateN = Concat <axis = 0> (n1, n2)
        }""",
        [
            {"input": real(2, 12), "state": real(2, 2, 3), "sr": np.array(16000)},
            {"input": real(2, 8), "state": real(2, 2, 3), "sr": np.array(8000)},
            {"input": real(3, 5), "state": real(2, 3, 3), "sr": np.array(16000)},
        ],
        [("w_high", real(3, 1, 5)), ("w_low", real(3, 1, 4)), ("head", real(3, 1))])

    # A loop whose turns are those of an open extent, with a branch inside and values of the graph around it.
    text(
        "loop", """
        <ir_version: 8, opset_import: ["" : 17]>
        loop (float[n,t,3] x) => (float[n,4] out) {
          shape = Shape(x)
          one = Constant <value = int64 {1}> ()
          turns = Gather <axis = 0> (shape, one)
          yes = Constant <value = bool {1}> ()
          batch = Shape <start = 0, end = 1> (x)
          three = Constant <value = int64[1] {3}> ()
          size = Concat <axis = 0> (batch, three)
          start = ConstantOfShape <value = float[1] {0.5}> (size)
          last, steps = Loop (turns, yes, start) <
            body = turn (int64 i, bool go, float[n,3] h) => (bool go_out, float[n,3] h_out, float[n,3] seen) {
              go_out = Identity(go)
              front = Constant <value = int64[1] {0}> ()
              k = Unsqueeze(i, front)
              taken = Gather <axis = 1> (x, k)
              axis = Constant <value = int64[1] {1}> ()
              now = Squeeze(taken, axis)
              mixed = MatMul(now, w)
              sum = Add(mixed, h)
              two = Constant <value = int64 {2}> ()
              rest = Mod(i, two)
              zero = Constant <value = int64 {0}> ()
              even = Equal(rest, zero)
              h_out = If (even) <
                then_branch = soft () => (float[n,3] y) { y = Tanh(sum) },
                else_branch = hard () => (float[n,3] y) { y = Relu(sum) }
              >
              seen = Mul(h_out, now)
            }
          >
          axis0 = Constant <value = int64[1] {0}> ()
          total = ReduceSum <keepdims = 0> (steps, axis0)
          both = Add(total, last)
          out = MatMul(both, head)
        }""",
        [{"x": real(2, 3, 3)}, {"x": real(3, 5, 3)}], [("w", real(3, 3)), ("head", real(3, 4))])

    # Ends when its own count says so; the number of turns is left out.
    text(
        "loop-while", """
        <ir_version: 8, opset_import: ["" : 17]>
        loop (float[n,3] x) => (float[n,3] out) {
          yes = Constant <value = bool {1}> ()
          zero = Constant <value = int64 {0}> ()
          count, out = Loop ("", yes, zero, x) <
            body = turn (int64 i, bool go, int64 c, float[n,3] h) => (bool go_out, int64 c_out, float[n,3] h_out) {
              one = Constant <value = int64 {1}> ()
              c_out = Add(c, one)
              four = Constant <value = int64 {4}> ()
              go_out = Less(c_out, four)
              mixed = MatMul(h, w)
              h_out = Tanh(mixed)
            }
          >
        }""",
        [{"x": real(2, 3)}, {"x": real(3, 3)}], [("w", real(3, 3))])

    # Backwards along axis 1, with a state, and outputs stacked along axis 1.
    text(
        "scan", """
        <ir_version: 8, opset_import: ["" : 17]>
        scan (float[n,t,3] x) => (float[n,t,3] out) {
          batch = Shape <start = 0, end = 1> (x)
          three = Constant <value = int64[1] {3}> ()
          size = Concat <axis = 0> (batch, three)
          start = ConstantOfShape (size)
          last, all = Scan <num_scan_inputs = 1, scan_input_axes = [1], scan_input_directions = [1],
            scan_output_axes = [1], scan_output_directions = [1],
            body = turn (float[n,3] h, float[n,3] now) => (float[n,3] h_out, float[n,3] seen) {
              mixed = MatMul(now, w)
              sum = Add(mixed, h)
              h_out = Tanh(sum)
              seen = Sub(h_out, now)
            }> (start, x)
          axis1 = Constant <value = int64[1] {1}> ()
          row = Unsqueeze(last, axis1)
          out = Mul(all, row)
        }""",
        [{"x": real(2, 3, 3)}, {"x": real(3, 5, 3)}], [("w", real(3, 3))])

    # Where a condition of values decides.
    text(
        "loop-computed", """
        <ir_version: 8, opset_import: ["" : 17]>
        loop (float[n,3] x) => (float[n,3] out) {
          yes = Constant <value = bool {1}> ()
          turns = Constant <value = int64 {4}> ()
          out = Loop (turns, yes, x) <
            body = turn (int64 i, bool go, float[n,3] h) => (bool go_out, float[n,3] h_out) {
              h_out = Tanh(h)
              peaks = ReduceMax <axes = [1], keepdims = 0> (h_out)
              zero = Constant <value = int64 {0}> ()
              peak = Gather <axis = 0> (peaks, zero)
              half = Constant <value = float {0.5}> ()
              go_out = Greater(peak, half)
            }
          >
        }""",
        [{"x": real(1, 3)}])

    turn = """
        body = turn (int64 i, bool go, float[n,3] h) => (bool go_out, float[n,3] h_out) {
          go_out = Identity(go)
          h_out = Tanh(h)
        }"""
    # Never ends; ends after as many turns as a value says.
    refused(
        "loop-endless", f"""
        <ir_version: 8, opset_import: ["" : 17]>
        loop (float[n,3] x) => (float[n,3] out) {{
          yes = Constant <value = bool {{1}}> ()
          out = Loop ("", yes, x) <{turn}>
        }}""")
    refused(
        "loop-turns", f"""
        <ir_version: 8, opset_import: ["" : 17]>
        loop (float[n,3] x, int64[n] k) => (float[n,3] out) {{
          yes = Constant <value = bool {{1}}> ()
          turns = ReduceMax <keepdims = 0> (k)
          out = Loop (k, yes, x) <{turn}>
        }}""")

    text(
        "indices", """
        <ir_version: 8, opset_import: ["" : 17]>
        indices (float[n,4,3] x, int64[n,2] rows, int64[n,2,3] places, int64[n] kinds) => (float[n,2,3] out) {
          chosen = GatherElements <axis = 1> (x, places)
          depth = Constant <value = int64 {3}> ()
          values = Constant <value = float[2] {-0.5, 1.5}> ()
          hot = OneHot <axis = -1> (kinds, depth, values)
          axis1 = Constant <value = int64[1] {1}> ()
          row = Unsqueeze(hot, axis1)
          flags = Constant <value = bool[4] {1, 0, 0, 1}> ()
          kept = Compress <axis = 1> (x, flags)
          axis2 = Constant <value = int64[1] {2}> ()
          at = Unsqueeze(rows, axis2)
          taken = GatherND <batch_dims = 1> (x, at)
          written = ScatterElements <axis = 1> (x, places, chosen)
          added = ScatterElements <axis = 1, reduction = "add"> (x, places, kept)
          sums = Mul(written, added)
          mean = ReduceMean <axes = [1], keepdims = 1> (sums)
          a = Mul(chosen, row)
          b = Mul(kept, taken)
          c = Add(a, b)
          d = Add(c, mean)
          square = MatMul(x, w)
          like = ReduceMean <axes = [0], keepdims = 0> (w)
          eye = EyeLike(w)
          turned = MatMul(d, eye)
          out = Tanh(turned)
        }""",
        [
            {"x": real(2, 4, 3), "rows": whole(4, 2, 2), "kinds": whole(3, 2),
             "places": np.stack([np.stack([RANDOM.permutation(4)[:2] for _ in range(3)], 1)
                                 for _ in range(2)]).astype(np.int64)},
            {"x": real(3, 4, 3), "rows": whole(4, 3, 2) - 4, "kinds": whole(3, 3),
             "places": np.stack([np.stack([RANDOM.permutation(4)[:2] for _ in range(3)], 1)
                                 for _ in range(3)]).astype(np.int64)},
        ],
        [("w", real(3, 3))])


if __name__ == "__main__":
    main()
