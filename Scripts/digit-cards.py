"""Writes the cards beside trained digit networks, and their lines for SOURCES.md.

    python digit-cards.py FILE.safetensors ...

All is taken from the files' metadata, which `nni train` writes.
"""

import hashlib
import json
import pathlib
import struct
import sys

for name in sys.argv[1:]:
    path = pathlib.Path(name)
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    metadata = json.loads(data[8:8 + size])["__metadata__"]
    card = {key: metadata[key] for key in ("name", "summary", "architecture", "source", "licence")}
    if "input_spec" in metadata:
        card["input"] = json.loads(metadata["input_spec"])
    for key in ("recipe", "seed", "data_digest", "accuracy", "settings"):
        if key in metadata:
            card[key] = metadata[key]
    path.with_suffix(".json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    print(f"| `models/{path.name}` | {hashlib.sha256(data).hexdigest()} |")
