"""Makes a picture of the documentation from what nni wrote.

    python3 picture.py shrink PICTURE.png RESULT.jpg WIDTH   a smaller JPEG (Pillow)
    python3 picture.py chart PAGE.html NUMBER RESULT.svg     the page's chart of that number, from 0
"""

import pathlib
import re
import sys


def shrink(source, result, width):
    from PIL import Image

    picture = Image.open(source).convert("RGB")
    width = min(int(width), picture.width)
    height = round(picture.height * width / picture.width)
    picture.resize((width, height), Image.Resampling.LANCZOS).save(
        result, quality=80, optimize=True, progressive=True)


def chart(page, number, result):
    text = pathlib.Path(page).read_text()
    root = text[text.index(":root"):]
    colors = dict(re.findall(r"--([\w-]+):\s*([^;}]+)", root[:root.index("}")]))
    start = [match.start() for match in re.finditer(r"<svg xmlns", text)][int(number)]
    depth, end = 0, start
    for tag in re.finditer(r"<svg\b|</svg>", text[start:]):
        depth += 1 if tag.group() == "<svg" else -1
        if depth == 0:
            end = start + tag.end()
            break
    svg = re.sub(r"var\(--([\w-]+)\)", lambda match: colors[match.group(1)].strip(), text[start:end])
    opening = svg.index(">") + 1
    background = '<rect width="100%" height="100%" fill="#ffffff"/>'
    pathlib.Path(result).write_text(svg[:opening] + background + svg[opening:] + "\n")


if __name__ == "__main__":
    {"shrink": shrink, "chart": chart}[sys.argv[1]](*sys.argv[2:])
