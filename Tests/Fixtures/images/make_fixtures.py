"""Makes the picture fixtures beside this script: python make_fixtures.py PHOTO.jpg

Made with Python 3.11, Pillow 13.0.0 (libjpeg-turbo 3.2.0, libwebp 1.6.0), torchvision 0.28.0, torch 2.13.0,
numpy 2.4.6. PHOTO.jpg is scikit-image's chelsea.jpg (CC0).

decode/NAME.EXT with decode/NAME.EXT.rgb   a file, and the bytes of Pillow's upright convert("RGB")
resize/SOURCE_FILTER_WxH.raw               SOURCE.png after Image.resize
preprocess.f32                             decode/photo.jpg after Resize, CenterCrop, ToTensor, Normalize
cases.json                                 what is where
"""
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageOps
from torchvision import transforms

here = pathlib.Path(__file__).parent
decode, resize = here / "decode", here / "resize"
decode.mkdir(exist_ok=True)
resize.mkdir(exist_ok=True)
rng = np.random.default_rng(7)
photo = Image.open(sys.argv[1]).convert("RGB")
small = photo.crop((120, 20, 400, 260)).resize((41, 29), Image.LANCZOS)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, color, rows):
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


# Files to decode.
photo.resize((97, 65), Image.LANCZOS).save(decode / "photo.jpg", quality=88, subsampling=2)
small.save(decode / "progressive.jpg", progressive=True, subsampling=1)
small.convert("L").save(decode / "grey.jpg")
small.convert("CMYK").save(decode / "cmyk.jpg")
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    small.save(decode / f"orientation{orientation}.jpg", exif=exif)
small.save(decode / "orientation8.png", exif=exif)
small.save(decode / "photo.webp", quality=80)
noise = Image.fromarray(rng.integers(0, 256, (11, 13, 4), dtype=np.uint8))
noise.save(decode / "alpha.png")
noise.save(decode / "alpha.webp", lossless=True, exact=True)
noise.convert("LA").save(decode / "grey_alpha.png")
small.quantize(16).save(decode / "palette.png")
small.convert("1").save(decode / "bits.png")
deep = rng.integers(0, 65536, (5, 7, 3))
(decode / "deep.png").write_bytes(
    png(7, 5, 16, 2, b"".join(b"\0" + row.astype(">u2").tobytes() for row in deep)))
for path in sorted(decode.iterdir()):
    if path.suffix in {".jpg", ".png", ".webp"}:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
        (decode / f"{path.name}.rgb").write_bytes(upright.tobytes())

# Pillow clips 16-bit grey instead of scaling it, so this one states the upper bytes itself.
grey = rng.integers(0, 65536, (5, 7))
(decode / "deep_grey.png").write_bytes(
    png(7, 5, 16, 0, b"".join(b"\0" + row.astype(">u2").tobytes() for row in grey)))
(decode / "deep_grey.png.rgb").write_bytes(
    np.repeat((grey >> 8).astype(np.uint8)[..., None], 3, 2).tobytes())

# Sources to resize: edges, noise and a photograph; odd sides, up and down.
small.save(resize / "rgb.png")
Image.fromarray(rng.integers(0, 256, (23, 37), dtype=np.uint8)).save(resize / "grey.png")
Image.fromarray(rng.integers(0, 256, (19, 31, 4), dtype=np.uint8)).save(resize / "rgba.png")
filters = {"nearest": Image.NEAREST, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC,
           "lanczos": Image.LANCZOS}
cases = []
for source in ("rgb", "grey", "rgba"):
    with Image.open(resize / f"{source}.png") as image:
        for name, code in filters.items():
            for width, height in ((17, 11), (59, 43), (37, 8), (1, 1), (image.width, 13)):
                file = f"{source}_{name}_{width}x{height}.raw"
                (resize / file).write_bytes(image.resize((width, height), code).tobytes())
                cases.append({"source": f"{source}.png", "filter": name, "width": width,
                              "height": height, "file": file})

# Sizes and crops by torchvision itself, on pictures that number their pixels.
geometry = []
for width, height in ((451, 300), (300, 451), (512, 512), (7, 5), (5, 8), (1000, 333)):
    ramp = np.arange(width * height, dtype=np.int64).reshape(height, width)
    image = Image.fromarray((ramp % 251 + 1).astype(np.uint8))
    for side in (256, 33, 6):
        size = transforms.Resize(side, antialias=True)(image).size
        geometry.append({"width": width, "height": height, "shorterSide": side,
                         "resizedWidth": size[0], "resizedHeight": size[1]})
crops = []
for width, height, crop_width, crop_height in (
        (9, 7, 4, 4), (9, 7, 5, 2), (8, 8, 3, 3), (11, 5, 6, 2), (4, 6, 9, 3), (3, 3, 8, 6), (5, 5, 5, 5)):
    values = (np.arange(width * height) + 1).astype(np.uint8).reshape(height, width)
    result = transforms.CenterCrop((crop_height, crop_width))(Image.fromarray(values))
    crops.append({"width": width, "height": height, "cropWidth": crop_width,
                  "cropHeight": crop_height, "pixels": np.asarray(result).ravel().tolist()})

mean, deviation = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
pipeline = transforms.Compose([
    transforms.Resize(48), transforms.CenterCrop((40, 44)), transforms.ToTensor(),
    transforms.Normalize(mean, deviation)])
with Image.open(decode / "photo.jpg") as image:
    pipeline(image.convert("RGB")).numpy().astype("<f4").tofile(here / "preprocess.f32")

(here / "cases.json").write_text(
    json.dumps({"resize": cases, "geometry": geometry, "crops": crops}, indent=1) + "\n")
