"""Makes the PyTorch files here, and expected.safetensors with what the tensors in them hold.

    pip install torch safetensors numpy && python make.py

model_cnn.pt is the original package's classifier (MIT) and is not made here.
"""

import collections
import io
import os
import pickle
import struct
import warnings
import zipfile

import numpy
import torch
from safetensors.torch import save_file
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
warnings.filterwarnings("ignore")
torch.manual_seed(3)


def path(name):
    return os.path.join(HERE, name)


# Every element type, and every way to look into a storage.
values = torch.tensor([0.0, 1.0, -2.0, 3.5, 100.25, -0.125]).reshape(2, 3)
tensors = collections.OrderedDict()
for dtype in ("float32", "float64", "float16", "bfloat16"):
    tensors[dtype] = values.to(getattr(torch, dtype))
for dtype in ("int8", "int16", "int32", "int64"):
    tensors[dtype] = (values * 1.1).round().to(getattr(torch, dtype))
tensors["uint8"] = torch.tensor([[0, 1, 255], [7, 128, 3]], dtype=torch.uint8)
tensors["bool"] = torch.tensor([[True, False, True], [False, False, True]])
block = torch.arange(24, dtype=torch.float32)
tensors["shared"] = block.reshape(2, 3, 4)
tensors["offset"] = block[5:9]
tensors["transposed"] = block.reshape(4, 6).t()
tensors["permuted"] = block.reshape(2, 3, 4).permute(2, 0, 1)
tensors["every_second"] = block[1::2]
tensors["expanded"] = torch.tensor([[1.5], [2.5]]).expand(2, 3)
tensors["scalar_expanded"] = torch.tensor(4.0).expand(3, 2)
tensors["scalar"] = torch.tensor(7.25, dtype=torch.float64)
tensors["empty"] = torch.empty(0, 3)
tensors["one_axis_of_one"] = block.reshape(4, 6)[1:2, 2:5]
tensors["parameter"] = nn.Parameter(torch.tensor([1.0, 2.0]))
tensors["channels_last"] = torch.arange(24.0).reshape(1, 2, 3, 4).contiguous(
    memory_format=torch.channels_last)
tensors["naïve.größe"] = torch.tensor([1.0])
attributed = torch.tensor([3.0, 4.0])
attributed.note = "a tensor with an attribute"
tensors["attributed"] = attributed
expected = {k: v.detach().contiguous().clone() for k, v in tensors.items()}
save_file(expected, path("expected.safetensors"))

for protocol in (2, 3, 4, 5):
    torch.save(tensors, path(f"zip-{protocol}.pt"), pickle_protocol=protocol)
    torch.save(tensors, path(f"legacy-{protocol}.pt"), pickle_protocol=protocol,
               _use_new_zipfile_serialization=False)


# The zip archive again with all sizes in 64 bits, as files of more than 4 GB have them.
def widened(data):
    end = data.rindex(b"PK\5\6")
    count, = struct.unpack_from("<H", data, end + 10)
    size, start = struct.unpack_from("<II", data, end + 12)
    if start == 0xFFFFFFFF or data[end - 20:end - 16] == b"PK\6\7":
        wide, = struct.unpack_from("<Q", data, end - 12)
        count, size, start = struct.unpack_from("<QQQ", data, wide + 32)
    position, directory = start, b""
    for _ in range(count):
        fields = list(struct.unpack_from("<IHHHHHHIIIHHHHHII", data, position))
        name_length, extra_length, comment_length = fields[10:13]
        name = data[position + 46:position + 46 + name_length]
        extra = struct.pack("<HHQQQ", 1, 24, fields[9], fields[8], fields[16])
        extra = struct.pack("<HHI", 0xABCD, 4, 0) + extra
        position += 46 + name_length + extra_length + comment_length
        fields[8] = fields[9] = fields[16] = 0xFFFFFFFF
        fields[11], fields[12] = len(extra), 0
        directory += struct.pack("<IHHHHHHIIIHHHHHII", *fields) + name + extra
    end64 = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count,
                        len(directory), start)
    pointer = struct.pack("<IIQI", 0x07064B50, 0, start + len(directory), 1)
    comment = b"a comment"
    short = struct.pack("<IHHHHIIH", 0x06054B50, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFFFFFF,
                        0xFFFFFFFF, len(comment))
    return data[:start] + directory + end64 + pointer + short + comment


with open(path("zip-2.pt"), "rb") as file:
    original = file.read()
with open(path("zip64.pt"), "wb") as file:
    file.write(widened(original))
assert zipfile.ZipFile(path("zip64.pt")).testzip() is None

with zipfile.ZipFile(path("zip-2.pt")) as source:
    with zipfile.ZipFile(path("deflated.pt"), "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))


# Old files could name parts of a storage, which torch.save no longer writes.
class ViewPickler(pickle.Pickler):
    def persistent_id(self, value):
        if isinstance(value, tuple) and value[:1] == ("a storage",):
            return ("storage", torch.FloatStorage, *value[1:])
        return None


class Rebuilt:
    def __init__(self, *arguments):
        self.arguments = arguments

    def __reduce__(self):
        return torch._utils._rebuild_tensor, self.arguments


def legacy(value, storages):
    data = io.BytesIO()
    for part in (0x1950A86A20F9469CFC6C, 1001,
                 {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}):
        pickle.dump(part, data, protocol=2)
    ViewPickler(data, protocol=2).dump(value)
    pickle.dump(sorted(storages), data, protocol=2)
    for _, numbers in sorted(storages.items()):
        data.write(struct.pack("<q", len(numbers)))
        data.write(struct.pack(f"<{len(numbers)}f", *numbers))
    return data.getvalue()


with open(path("views-legacy.pt"), "wb") as file:
    file.write(legacy(
        {
            "whole": Rebuilt(("a storage", "17", "cpu", 6, None), 0, (2, 3), (3, 1)),
            "part": Rebuilt(("a storage", "17", "cpu", 6, ("18", 2, 3)), 1, (2,), (1,)),
        }, {"17": [1, 2, 3, 4, 5, 6]}))
assert torch.load(path("views-legacy.pt"), weights_only=False)["part"].tolist() == [4, 5]

# Python 2 wrote dictionaries as calls with lists of pairs, and texts as strings of bytes.
pairs = (b"\x80\x02ccollections\nOrderedDict\n](](U\x01actorch._utils\n_rebuild_tensor\n"
         b"((U\x07storagectorch\nFloatStorage\nU\x0217U\x03cpuK\x02NtQK\x00(K\x02t(K\x01ttRee\x85R.")
body = legacy({}, {"17": [8, 9]})
plain = b"\x80\x02}q\x00."
with open(path("python2-legacy.pt"), "wb") as file:
    file.write(body.replace(plain, pairs, 1))
assert torch.load(path("python2-legacy.pt"), weights_only=False)["a"].tolist() == [8, 9]

# Checkpoints of trainings.
model = nn.Sequential(collections.OrderedDict(fc=nn.Linear(3, 2), norm=nn.BatchNorm1d(2)))
optimizer = torch.optim.Adam(model.parameters())
model(torch.ones(4, 3)).sum().backward()
optimizer.step()
torch.save(
    {
        "epoch": 3, "best": numpy.float64(0.5), "when": {1, 2}, "device": torch.device("cpu"),
        "size": torch.Size([2, 3]), "milestones": collections.Counter([3, 5]), "name": "größe",
        "model_state_dict": model.state_dict(), "optimizer_state_dict": optimizer.state_dict(),
        "long": 1 << 100, "data": b"abc", "type": torch.float16, "none": None, "negative": -5,
    }, path("nested.pt"))
torch.save({"netG": model.state_dict(), "netD": {"a": torch.ones(2)}, "epoch": 1},
           path("several.pt"))
torch.save({"a": torch.ones(1), "ema": {"a": torch.zeros(1)}}, path("both.pt"))
torch.save({"outer": {"inner": {"a": torch.ones(2)}}}, path("deep.pt"))

# Tensors with PyTorch's negative bit: what lies in the storage has the other sign.
torch.save({"imaginary": torch.tensor([1 + 2j, 3 - 4j, 0.5 + 0.25j]).conj().imag,
            "transposed": torch._neg_view(torch.arange(6.0).reshape(2, 3).t()),
            "plain": torch.ones(2)}, path("negated.pt"))

# Weights behind wrappers, and what stands beside them.
linear = {"fc.weight": torch.ones(2, 3), "fc.bias": torch.zeros(2)}
torch.save({"best_acc1": torch.tensor(76.5), "rng_state": torch.get_rng_state(),
            "state_dict": {f"module.{k}": v for k, v in linear.items()}}, path("beside.pt"))
torch.save({"state_dict": {f"model._orig_mod.{k}": v for k, v in linear.items()},
            "hyper_parameters": {"class_weights": torch.ones(2)},
            "optimizer_states": [{"state": {0: {"step": torch.tensor(1.0)}}}]}, path("lightning.ckpt"))

# What is refused.
torch.save(torch.ones(2), path("tensor.pt"))
torch.save([torch.ones(2)], path("list.pt"))
torch.save({"epoch": 3}, path("no-tensors.pt"))
Net = type("Net", (nn.Module,), {})  # without source, which the older format would take along
net = Net()
net.weight = nn.Parameter(torch.ones(2))
torch.save(net, path("module.pt"))
torch.save(net, path("module-legacy.pt"), _use_new_zipfile_serialization=False)
torch.save(model, path("sequential.pt"))
torch.jit.script(nn.Linear(2, 2)).save(path("script.pt"))
torch.save({"c": torch.ones(2, dtype=torch.complex64)}, path("complex.pt"))
torch.save({"f": torch.ones(2).to(torch.float8_e4m3fn)}, path("float8.pt"))
torch.save({"q": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)},
           path("quantised.pt"))
torch.save({"s": torch.eye(2).to_sparse()}, path("sparse.pt"))
torch.save({"a": torch.ones(1)}, path("plain-dict.pt"))


class Evil:
    def __reduce__(self):
        return os.system, ("touch evil-was-run",)


torch.save({"a": torch.ones(1), "b": Evil()}, path("evil.pt"))
torch.save({"a": torch.ones(1), "b": Evil()}, path("evil-legacy.pt"),
           _use_new_zipfile_serialization=False)
with open(path("plain-pickle.pt"), "wb") as file:
    pickle.dump({"a": 1}, file)
