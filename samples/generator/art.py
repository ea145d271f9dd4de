"""What is painted and not set: seals, signatures, emblem, guilloche, frames, photographs, plans, QR codes.

Every painter takes a size in pixels and returns RGBA of that size; the seed makes it the same at every size.
Seals carry MẪU in their middle, so that none can serve as a seal.
"""

import itertools
import math
import random
from functools import partial

import cv2
import numpy as np
from PIL import Image, ImageDraw

from samples.generator.fonts import drawable, face, width
from samples.generator.sheet import RED, Colour, Painter, SeededPainter


def _clear(wide: int, high: int) -> Image.Image:
    return Image.new("RGBA", (max(1, wide), max(1, high)), (255, 255, 255, 0))


def plain(wide: int, high: int, *, colour: Colour) -> Image.Image:
    """Coloured paper."""
    return Image.new("RGBA", (wide, high), (*colour, 255))


def guilloche(wide: int, high: int, *, colour: Colour, seed: int) -> Image.Image:
    """Pale interlaced waves and rosettes, as on certificates."""
    rng = random.Random(seed)
    image = Image.new("RGB", (wide, high), "white")
    draw = ImageDraw.Draw(image)
    unit = wide / 595
    pale = tuple(round(255 - (255 - part) * 0.28) for part in colour)
    steps = np.arange(0, wide + 8 * unit, 8 * unit)
    phase, length, swing = rng.uniform(0, 6), rng.uniform(60, 120), rng.uniform(8, 16)
    for row in range(-2, 64):
        for sign in (1, -1):
            ys = (row * 14 + sign * swing * np.sin(steps / unit / length * 2 * math.pi + phase + row * 0.35)) * unit
            draw.line(list(zip(steps.tolist(), ys.tolist(), strict=True)), fill=pale, width=max(1, round(0.5 * unit)))
    middle = (wide / 2, high * rng.uniform(0.45, 0.6))
    for ring in range(24):
        turns = np.linspace(0, 2 * math.pi, 240)
        radius = (70 + ring * 4 + 22 * np.sin(turns * 12 + ring * 0.4)) * unit
        dots = list(
            zip(
                (middle[0] + radius * np.cos(turns)).tolist(),
                (middle[1] + radius * np.sin(turns)).tolist(),
                strict=True,
            )
        )
        draw.line(dots, fill=pale, width=max(1, round(0.4 * unit)))
    return image.convert("RGBA")


def frame(wide: int, high: int, *, colour: Colour) -> Image.Image:
    """An ornamented border: two lines with a chain of lozenges between."""
    image = _clear(wide, high)
    draw = ImageDraw.Draw(image)
    unit = wide / 555
    band, line = 13 * unit, max(1, round(1.2 * unit))
    ink = (*colour, 255)
    draw.rectangle((line, line, wide - line, high - line), outline=ink, width=line)
    draw.rectangle((band, band, wide - band, high - band), outline=ink, width=line)
    half, step = band * 0.33, band * 0.8
    across = [(x, y) for x in np.arange(band / 2, wide, step) for y in (band / 2, high - band / 2)]
    down = [(x, y) for y in np.arange(band / 2, high, step) for x in (band / 2, wide - band / 2)]
    for x, y in across + down:
        draw.polygon([(x - half, y), (x, y - half), (x + half, y), (x, y + half)], fill=ink)
    return image


def _star(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: tuple[int, ...]) -> None:
    points = []
    for number in range(10):
        angle = -math.pi / 2 + number * math.pi / 5
        reach = radius if number % 2 == 0 else radius * 0.382
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    draw.polygon(points, fill=fill)


def emblem(wide: int, high: int, *, seed: int = 0, text: str = "") -> Image.Image:
    """A red disc with a yellow star in a golden wreath: reminds of the emblem without being it."""
    del seed, text
    image = _clear(wide * 2, high * 2)
    draw = ImageDraw.Draw(image)
    size = min(wide, high)
    x, y = wide, high
    draw.ellipse((x - size * 0.95, y - size * 0.95, x + size * 0.95, y + size * 0.95), fill=(222, 170, 40, 255))
    draw.ellipse((x - size * 0.74, y - size * 0.74, x + size * 0.74, y + size * 0.74), fill=(200, 30, 40, 255))
    _star(draw, x, y - size * 0.12, size * 0.42, (250, 215, 60, 255))
    draw.rectangle((x - size * 0.5, y + size * 0.62, x + size * 0.5, y + size * 0.86), fill=(200, 30, 40, 255))
    return image.resize((wide, high), Image.Resampling.LANCZOS)


def _letters_on_ring(image: Image.Image, text: str, radius: float, size: float, ink: tuple[int, ...]) -> None:
    bold = face("liberation-sans", bold=True)
    font = drawable(bold, size)
    total = width(text, bold, size) * 1.12
    angle = -math.pi / 2 - total / radius / 2
    for char in text:
        wide = width(char, bold, size) * 1.12
        angle += wide / radius / 2
        tile = Image.new("RGBA", (round(size * 2), round(size * 2)), (ink[0], ink[1], ink[2], 0))
        ImageDraw.Draw(tile).text((size, size), char, font=font, fill=ink, anchor="mm")
        turned = tile.rotate(-math.degrees(angle) - 90, resample=Image.Resampling.BICUBIC)
        centre = image.width / 2
        at = (round(centre + radius * math.cos(angle) - size), round(centre + radius * math.sin(angle) - size))
        image.alpha_composite(turned, (max(0, at[0]), max(0, at[1])))
        angle += wide / radius / 2


def seal(wide: int, high: int, *, seed: int, ring: str) -> Image.Image:
    """A round red seal, unevenly inked, a little turned."""
    rng = random.Random(seed)
    image = _clear(wide, high)
    draw = ImageDraw.Draw(image)
    ink = (*RED, 225)
    radius = wide / 2 - 2
    middle = wide / 2
    for share, line in ((1.0, 0.024), (0.955, 0.008), (0.66, 0.010)):
        reach = radius * share
        draw.ellipse(
            (middle - reach, middle - reach, middle + reach, middle + reach),
            outline=ink,
            width=max(1, round(wide * line)),
        )
    size = radius * 0.17
    room = 2 * math.pi * 0.8 * radius * 0.82
    bold = face("liberation-sans", bold=True)
    needed = width(ring, bold, size) * 1.12
    _letters_on_ring(image, ring, radius * 0.80, min(size, size * room / max(1.0, needed)), ink)
    _star(draw, middle, middle + radius * 0.8, radius * 0.075, ink)
    _star(draw, middle, middle - radius * 0.16, radius * 0.34, ink)
    draw.text((middle, middle + radius * 0.36), "MẪU", font=drawable(bold, radius * 0.26), fill=ink, anchor="mm")
    image = image.rotate(rng.uniform(-14, 14), resample=Image.Resampling.BICUBIC)
    return _worn(image, rng)


def _worn(image: Image.Image, rng: random.Random) -> Image.Image:
    pixels = np.array(image)
    noise = np.random.default_rng(rng.getrandbits(32)).random((9, 9), dtype=np.float32)
    weight = cv2.resize(noise, (image.width, image.height), interpolation=cv2.INTER_CUBIC)
    pixels[..., 3] = (pixels[..., 3] * np.clip(0.55 + 0.6 * weight, 0, 1)).astype(np.uint8)
    return Image.fromarray(pixels)


def _smooth(points: np.ndarray, steps: int) -> np.ndarray:
    """Catmull-Rom through the points."""
    padded = np.vstack([points[:1], points, points[-1:]])
    share = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces.append(
            0.5
            * (2 * b + (c - a) * share + (2 * a - 5 * b + 4 * c - d) * share**2 + (3 * b - a - 3 * c + d) * share**3)
        )
    return np.vstack(pieces)


def scribble(wide: int, high: int, *, seed: int, colour: Colour) -> Image.Image:
    """A signature: a few loops, a long stroke, pressure that changes."""
    rng = random.Random(seed)
    image = _clear(wide * 2, high * 2)
    draw = ImageDraw.Draw(image)
    count = rng.randint(7, 11)
    xs = np.linspace(0.06, rng.uniform(0.6, 0.85), count) + np.array([rng.uniform(-0.09, 0.09) for _ in range(count)])
    ys = np.array([0.55 + (-1) ** i * rng.uniform(0.05, 0.36) * (1.1 - i / count) for i in range(count)])
    path = np.column_stack([xs, ys])
    tail = np.array([[0.95, rng.uniform(0.25, 0.5)], [0.2, rng.uniform(0.72, 0.85)], [0.8, rng.uniform(0.7, 0.8)]])
    curve = _smooth(np.vstack([path, tail]) if rng.random() < 0.7 else path, 26) * (wide * 2, high * 2)
    pen = max(2.0, high * 0.03)
    for number, (a, b) in enumerate(itertools.pairwise(curve)):
        line = pen * (0.75 + 0.5 * math.sin(number / 11 + seed % 7))
        draw.line([tuple(a), tuple(b)], fill=(*colour, 235), width=max(1, round(line)))
    return image.resize((wide, high), Image.Resampling.LANCZOS)


def photo(wide: int, high: int, *, seed: int, text: str = "") -> Image.Image:
    """A 3x4 photograph nobody sat for: head and shoulders on blue."""
    del text
    rng = random.Random(seed)
    image = Image.new("RGBA", (wide, high), (120, 165, 210, 255))
    draw = ImageDraw.Draw(image)
    skin = rng.choice(((226, 184, 150), (208, 160, 124), (190, 142, 108)))
    cloth = rng.choice(((240, 240, 242), (40, 50, 90), (120, 30, 40)))
    draw.ellipse((wide * 0.02, high * 0.70, wide * 0.98, high * 1.5), fill=(*cloth, 255))
    draw.rectangle((wide * 0.42, high * 0.58, wide * 0.58, high * 0.76), fill=(*skin, 255))
    draw.ellipse((wide * 0.24, high * 0.12, wide * 0.76, high * 0.62), fill=(28, 24, 24, 255))
    draw.ellipse((wide * 0.29, high * 0.19, wide * 0.71, high * 0.67), fill=(*skin, 255))
    draw.rectangle((0, 0, wide - 1, high - 1), outline=(90, 90, 90, 255), width=max(1, wide // 90))
    return image


def plan(wide: int, high: int, *, seed: int, text: str = "") -> Image.Image:
    """A parcel among its neighbours, with corner dots and a north arrow."""
    del text
    rng = random.Random(seed)
    image = _clear(wide, high)
    draw = ImageDraw.Draw(image)
    ink, line = (30, 30, 35, 255), max(1, wide // 260)
    corners = [
        (wide * rng.uniform(0.28, 0.36), high * rng.uniform(0.2, 0.3)),
        (wide * rng.uniform(0.62, 0.72), high * rng.uniform(0.18, 0.3)),
        (wide * rng.uniform(0.62, 0.74), high * rng.uniform(0.7, 0.8)),
        (wide * rng.uniform(0.26, 0.36), high * rng.uniform(0.7, 0.82)),
    ]
    draw.polygon(corners, outline=ink, width=line * 2)
    for x, y in corners:
        draw.ellipse((x - line * 4, y - line * 4, x + line * 4, y + line * 4), fill=ink)
        away = 1.35
        draw.line((x, y, wide / 2 + (x - wide / 2) * away, high / 2 + (y - high / 2) * away), fill=ink, width=line)
    draw.line((wide * 0.9, high * 0.3, wide * 0.9, high * 0.06), fill=ink, width=line * 2)
    draw.polygon([(wide * 0.88, high * 0.1), (wide * 0.9, high * 0.03), (wide * 0.92, high * 0.1)], fill=ink)
    return image


def qr(wide: int, high: int, *, seed: int, text: str) -> Image.Image:
    """A QR code (ISO/IEC 18004) of UTF-8 text."""
    del seed
    settings = cv2.QRCodeEncoder.Params()
    settings.mode = cv2.QRCodeEncoder_MODE_BYTE
    code = cv2.QRCodeEncoder.create(settings).encode(text)
    return Image.fromarray(code).convert("RGBA").resize((wide, high), Image.Resampling.NEAREST)


def prints(wide: int, high: int, *, seed: int, text: str = "") -> Image.Image:
    """Something like a finger print: bent ovals."""
    del text
    rng = random.Random(seed)
    image = _clear(wide, high)
    draw = ImageDraw.Draw(image)
    for ring in range(3, 14):
        reach = wide * ring / 28
        start = rng.randint(-40, 40)
        box = (wide / 2 - reach, high / 2 - reach * 1.25, wide / 2 + reach, high / 2 + reach * 1.25)
        draw.arc(box, start, start + rng.randint(250, 340), fill=(60, 50, 60, 200), width=max(1, wide // 50))
    return image


def painter(kind: str, *, seed: int, text: str) -> Painter:
    """The painter of an Art block."""
    painters: dict[str, SeededPainter] = {
        "emblem": emblem,
        "photo": photo,
        "qr": qr,
        "plan": plan,
        "prints": prints,
    }
    return partial(painters[kind], seed=seed, text=text)
