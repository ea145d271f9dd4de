"""A sheet becomes pixels: glyphs at exact places, handwriting that wavers, ink that multiplies."""

import random

import cv2
import numpy as np
from PIL import Image, ImageChops, ImageDraw

from samples.generator.fonts import drawable, width
from samples.generator.sheet import Glyphs, Picture, Rule, Sheet


def render(sheet: Sheet, dpi: int, *, seed: int = 0) -> Image.Image:
    """RGB image of the sheet at `dpi`, not yet scanned; `seed` moves the hand."""
    unit = dpi / 72
    image = Image.new("RGB", (round(sheet.width * unit), round(sheet.height * unit)), "white")
    draw = ImageDraw.Draw(image)
    rng = random.Random(seed)
    for item in sheet.items:
        if isinstance(item, Picture):
            _paint(image, item, unit)
        elif isinstance(item, Rule):
            _rule(draw, item, unit)
        elif item.hand:
            _by_hand(image, item, unit, rng)
        else:
            font = drawable(item.face, item.size * unit)
            draw.text((item.x * unit, item.y * unit), item.text, font=font, fill=item.colour, anchor="ls")
    return image


def _rule(draw: ImageDraw.ImageDraw, item: Rule, unit: float) -> None:
    line = max(1, round(item.width * unit))
    if not item.dotted:
        draw.line((item.x0 * unit, item.y0 * unit, item.x1 * unit, item.y1 * unit), fill=item.colour, width=line)
        return
    y = round(item.y0 * unit)
    for x in np.arange(item.x0 * unit, item.x1 * unit, 3.0 * unit).round().astype(int).tolist():
        draw.rectangle((x, y, x + line - 1, y + line - 1), fill=item.colour)


def _paint(image: Image.Image, item: Picture, unit: float) -> None:
    wide, high = max(1, round(item.width * unit)), max(1, round(item.height * unit))
    painted = item.paint(wide, high)
    ink = Image.new("RGB", painted.size, "white")
    ink.paste(painted, mask=painted.getchannel("A"))
    left, top = round(item.x * unit), round(item.y * unit)
    box = (max(0, left), max(0, top), min(image.width, left + wide), min(image.height, top + high))
    if box[2] <= box[0] or box[3] <= box[1]:
        return
    cut = ink.crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top))
    image.paste(ImageChops.multiply(image.crop(box), cut), box[:2])


def _by_hand(image: Image.Image, item: Glyphs, unit: float, rng: random.Random) -> None:
    """Each letter a little higher, larger or closer; then the whole word bent and slanted."""
    size = item.size * unit
    pad = round(size)
    wide = round(width(item.text, item.face, size)) + 2 * pad
    mask = Image.new("L", (wide, 3 * pad), 0)
    draw = ImageDraw.Draw(mask)
    x = float(pad)
    stroke = max(1, round(size * 0.022)) if "ExtraLight" in item.face.path.name else 0
    for char in item.text:
        font = drawable(item.face, size * rng.uniform(0.96, 1.05))
        draw.text(
            (x, 2 * pad + rng.uniform(-0.025, 0.025) * size),
            char,
            font=font,
            fill=255,
            anchor="ls",
            stroke_width=stroke,
        )
        x += width(char, item.face, size) * rng.uniform(0.96, 1.0)
    bent = _bend(np.asarray(mask), size, rng)
    ink = Image.new("RGB", mask.size, item.colour)
    at = (round(item.x * unit) - pad, round(item.y * unit) - 2 * pad)
    image.paste(ink, at, Image.fromarray(bent).point(lambda value: round(value * 0.93)))


def _bend(mask: np.ndarray, size: float, rng: random.Random) -> np.ndarray:
    high, wide = mask.shape
    xs, ys = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    slant = rng.uniform(-0.04, 0.12)
    wave = rng.uniform(0, 6.28)
    shift_x = (ys - high * 0.66) * slant + size * 0.02 * np.sin(ys / size * 3.1 + wave)
    shift_y = size * 0.025 * np.sin(xs / size * 1.7 + wave) + (xs - wide / 2) * rng.uniform(-0.012, 0.012)
    return cv2.remap(mask, (xs + shift_x).astype(np.float32), (ys + shift_y).astype(np.float32), cv2.INTER_LINEAR)
