"""Makes the 16-bit fixtures beside this script: python make_deep_fixtures.py

Made with Python 3.11, Pillow 13.0.0 (libwebp 1.6.0), numpy 2.4.6.

deep/NAME.png     random pictures of 16 bits: grey, grey and alpha, RGB, RGBA, and one with an EXIF turn
deep/turnN.EXT    random pictures of 8 bits with EXIF orientation N, as PNG and WebP
deep/cases.json   their values in RGB, upright (`ImageOps.exif_transpose`); what Pillow's mode F, which is not
                  rounded, makes of each channel when it is resized
"""
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

here = pathlib.Path(__file__).parent
deep = here / "deep"
deep.mkdir(exist_ok=True)
rng = np.random.default_rng(16)
WIDTH, HEIGHT = 13, 9
FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(values, color, exif=b""):
    height, width, _ = values.shape
    head = struct.pack(">IIBBBBB", width, height, 16, color, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + (chunk(b"eXIf", exif) if exif else b"")
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def resized(plane, size, code):
    return np.asarray(Image.fromarray(plane.astype(np.float32)).resize(size, code), dtype=np.float64)


pictures, resizes = [], []
for name, channels, color in (("grey", 1, 0), ("grey_alpha", 2, 4), ("rgb", 3, 2), ("rgba", 4, 6)):
    values = rng.integers(0, 65536, (HEIGHT, WIDTH, channels))
    # Edges of the range, where negative lobes overshoot.
    values[:3, :4] = 65535
    values[3:5, 8:] = 0
    if channels % 2 == 0:
        # Never quite transparent: colours that nobody sees are anybody's guess.
        values[..., -1] = rng.integers(20000, 65536, (HEIGHT, WIDTH))
    (deep / f"{name}.png").write_bytes(png(values, color))
    colors = values[..., :1].repeat(3, 2) if channels < 3 else values[..., :3]
    pictures.append({"file": f"{name}.png", "width": WIDTH, "height": HEIGHT,
                     "values": colors.ravel().tolist()})
    for filter, code in FILTERS.items():
        for size in ((5, 4), (17, 3), (13, 20)):
            if channels % 2 == 1:
                planes = [resized(values[..., c], size, code) for c in range(channels)]
            else:
                # Colours are weighted by their opacity.
                alpha = values[..., -1] / 65535
                opacity = resized(values[..., -1], size, code)
                planes = [resized(values[..., c] * alpha, size, code) * 65535 / opacity
                          for c in range(channels - 1)]
                planes = (planes * 3 if channels == 2 else planes) + [opacity]
            resizes.append({"file": f"{name}.png", "filter": filter, "width": size[0], "height": size[1],
                            "values": np.round(np.clip(np.stack(planes, -1), 0, 65535), 3).ravel().tolist()})

exif = Image.Exif()
exif[0x0112] = 6
values = rng.integers(0, 65536, (5, 7, 1))
(deep / "turned.png").write_bytes(png(values, 0, exif.tobytes().removeprefix(b"Exif\0\0")))
upright = np.rot90(values, -1)
pictures.append({"file": "turned.png", "width": 5, "height": 7,
                 "values": upright.repeat(3, 2).ravel().tolist()})

turns = []
for orientation in range(1, 9):
    exif[0x0112] = orientation
    image = Image.fromarray(rng.integers(0, 256, (3, 4, 3), dtype=np.uint8))
    image.save(deep / f"turn{orientation}.png", exif=exif)
    image.save(deep / f"turn{orientation}.webp", exif=exif, lossless=True)
    for kind in ("png", "webp"):
        with Image.open(deep / f"turn{orientation}.{kind}") as saved:
            turned = ImageOps.exif_transpose(saved).convert("RGB")
        turns.append({"file": f"turn{orientation}.{kind}", "width": turned.width, "height": turned.height,
                      "values": np.asarray(turned).ravel().tolist()})

(deep / "cases.json").write_text(
    json.dumps({"pictures": pictures, "resizes": resizes, "turns": turns}, separators=(",", ":")) + "\n")
