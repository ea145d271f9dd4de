"""The scanner: paper, light, folds, skew, blur, noise and JPEG, in the order a real page meets them."""

import io
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from PIL import Image

Pixels = np.ndarray
SEVERITIES = ("clean", "usual", "hard")


@dataclass(frozen=True)
class Scan:
    """How one page was scanned.

    Attributes:
        skew: degrees, counter-clockwise. blur: sigma in pixels at 300 dpi. noise: sigma in grey levels.
        jpeg: quality. paper: colour of white paper. light: darkening towards one side, share of 1.
        fold: `none`, `half`, `thirds` or `quarters`. dark_edge: side where the lid stood open, or empty.
        show_through: share of the other side's ink. staple, holes: at the left or top. grey: scanned without colour.
        faint: share of the ink's darkness lost.
    """

    skew: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    jpeg: int = 85
    paper: tuple[int, int, int] = (255, 255, 255)
    light: float = 0.0
    fold: str = "none"
    dark_edge: str = ""
    show_through: float = 0.0
    staple: bool = False
    holes: bool = False
    grey: bool = False
    faint: float = 0.0
    dpi: int = 300
    rotation: int = 0
    seed: int = 0

    def facts(self) -> dict[str, Any]:
        """What the truth tells of the scan, without what is as usual."""
        kept = {"skew", "blur", "noise", "jpeg", "dpi", "rotation"}
        usual = Scan()
        return {
            key: value
            for key, value in asdict(self).items()
            if key not in {"seed", "paper", "light"} and (key in kept or value != getattr(usual, key))
        }


FAULTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "blur": {"blur": 2.1},
        "skew": {"skew": 4.0},
        "faint": {"faint": 0.62, "noise": 3.0},
        "noise": {"noise": 13.0},
        "jpeg": {"jpeg": 14},
        "shadow": {"light": 0.5, "fold": "quarters", "dark_edge": "left"},
        "200dpi": {"dpi": 200, "blur": 0.9},
        "holes": {"holes": True},
        "staple": {"staple": True},
        "folds": {"fold": "quarters"},
        "show_through": {"show_through": 0.22},
        "uneven": {"light": 0.5},
        "dark_edge": {"dark_edge": "left"},
    }
)
"""Single faults of scanning, each about as strong as a counter would still let pass."""


def faulty(scan: Scan, fault: str) -> Scan:
    """The same scan with one fault more; a skew leans to either side."""
    wrong = dict(FAULTS[fault])
    if fault == "skew" and scan.seed % 2:
        wrong["skew"] = -wrong["skew"]
    return replace(scan, **wrong)


PAPERS = ((255, 255, 255), (253, 252, 248), (251, 249, 242), (248, 246, 236), (246, 246, 247), (250, 243, 226))


def draw_scan(rng: random.Random, severity: str, *, dpi: int = 300, turn: int = 0) -> Scan:
    """A scan of a severity of `SEVERITIES`."""
    seed = rng.getrandbits(32)
    if severity == "clean":
        return Scan(
            skew=round(rng.uniform(-0.2, 0.2), 2), blur=0.35, noise=0.8, jpeg=80, dpi=dpi, rotation=turn, seed=seed
        )
    hard = severity == "hard"
    chance = 2.0 if hard else 1.0
    return Scan(
        skew=round(rng.uniform(-1.5, 1.5) if hard else rng.gauss(0, 0.45), 2),
        blur=round(rng.uniform(0.8, 1.5) if hard else rng.uniform(0.4, 0.95), 2),
        noise=round(rng.uniform(3, 7) if hard else rng.uniform(1.0, 3.2), 1),
        jpeg=rng.randint(45, 65) if hard else rng.randint(60, 82),
        paper=rng.choice(PAPERS),
        light=round(rng.uniform(0.0, 0.16 if hard else 0.07), 3),
        fold=rng.choices(("none", "half", "thirds", "quarters"), (10, 1.5 * chance, 1.5 * chance, 0.7 * chance))[0],
        dark_edge=rng.choice(("left", "right", "top", "bottom")) if rng.random() < 0.12 * chance else "",
        show_through=round(rng.uniform(0.03, 0.09), 3) if rng.random() < 0.18 * chance else 0.0,
        staple=rng.random() < 0.12 * chance,
        holes=rng.random() < 0.06 * chance,
        grey=hard and rng.random() < 0.12,
        dpi=dpi,
        rotation=turn,
        seed=seed,
    )


def scanned(page: Image.Image, scan: Scan, *, behind: Image.Image | None = None) -> Image.Image:
    """The page as the scanner saw it, before coding. `behind` is what its other side shows through."""
    rng = np.random.default_rng(scan.seed)
    pixels = np.array(page)
    if scan.show_through and behind is not None:
        pixels = _through(pixels, behind, scan)
    if scan.faint:
        pixels = cv2.addWeighted(pixels, 1 - scan.faint, np.full_like(pixels, 255), scan.faint, 0)
    if scan.paper != (255, 255, 255):
        pixels = cv2.multiply(pixels, np.full_like(pixels, scan.paper), scale=1 / 255)
    pixels = _wear(pixels, scan, rng)
    pixels = _turned(pixels, scan)
    if scan.blur:
        pixels = cv2.GaussianBlur(pixels, (0, 0), scan.blur * scan.dpi / 300)
    pixels = cv2.multiply(pixels, cv2.cvtColor(_light(pixels.shape, scan, rng), cv2.COLOR_GRAY2RGB), scale=1 / 255)
    if scan.noise:
        pixels = _noisy(pixels, scan, rng)
    if scan.rotation:
        pixels = np.rot90(pixels, scan.rotation // 90)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return image.convert("L") if scan.grey else image


def _through(pixels: Pixels, behind: Image.Image, scan: Scan) -> Pixels:
    other = np.array(behind.resize((pixels.shape[1], pixels.shape[0])))[:, ::-1]
    soft = cv2.GaussianBlur(other, (0, 0), 2.2 * scan.dpi / 300)
    faint = 255 - (255 - soft.astype(np.float32)) * scan.show_through
    return cv2.multiply(pixels, faint.astype(np.uint8), scale=1 / 255)


def _wear(pixels: Pixels, scan: Scan, rng: np.random.Generator) -> Pixels:
    unit = scan.dpi / 72
    high, wide = pixels.shape[:2]
    if scan.staple:
        x, y = round(rng.uniform(22, 40) * unit), round(rng.uniform(18, 34) * unit)
        cv2.line(
            pixels, (x, y), (x + round(26 * unit), y - round(7 * unit)), (120, 120, 124), max(2, round(1.3 * unit))
        )
        cv2.line(
            pixels,
            (x + 2, y + 3),
            (x + round(26 * unit), y - round(7 * unit) + 3),
            (205, 205, 205),
            max(1, round(unit)),
        )
    if scan.holes:
        for share in (0.365, 0.635):
            centre = (round(26 * unit), round(high * share))
            cv2.circle(pixels, centre, round(8 * unit), (60, 60, 62), -1, cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 6))):
        centre = (int(rng.integers(0, wide)), int(rng.integers(0, high)))
        cv2.circle(pixels, centre, max(1, round(0.25 * unit)), (150, 145, 140), -1, cv2.LINE_AA)
    return pixels


def _turned(pixels: Pixels, scan: Scan) -> Pixels:
    if not scan.skew:
        return pixels
    high, wide = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), scan.skew, 1.0)
    lid = tuple(max(0, part - 6) for part in scan.paper)
    turned: Pixels = cv2.warpAffine(
        pixels, matrix, (wide, high), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=lid
    )
    return turned


def _light(shape: tuple[int, ...], scan: Scan, rng: np.random.Generator) -> Pixels:
    """Grey map of light, 255 where all of it comes back; drawn at a quarter of the size."""
    high, wide = max(8, shape[0] // 4), max(8, shape[1] // 4)
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float32)
    ys, xs = ys / high, xs / wide
    angle = rng.uniform(0, 2 * np.pi)
    slope = (xs - 0.5) * np.cos(angle) + (ys - 0.5) * np.sin(angle) + 0.5
    light = 1 - scan.light * np.clip(slope, 0, 1)
    coarse = rng.standard_normal((8, 6)).astype(np.float32)
    light += cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC) * 0.004 * (scan.light > 0)
    for place, across in _folds(scan.fold):
        along = (ys if across else xs) - place - (rng.uniform(-0.004, 0.004))
        light -= 0.10 * np.exp(-((along / 0.0012) ** 2)) + 0.025 * np.exp(-(np.clip(along, 0, 1) / 0.02)) * (along > 0)
    if scan.dark_edge:
        depth = {"left": xs, "right": 1 - xs, "top": ys, "bottom": 1 - ys}[scan.dark_edge]
        light -= 0.55 * np.exp(-depth / 0.008)
    small = np.clip(light * 255, 0, 255).astype(np.uint8)
    light_map: Pixels = cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return light_map


def _folds(kind: str) -> tuple[tuple[float, bool], ...]:
    return {
        "none": (),
        "half": ((0.5, True),),
        "thirds": ((0.333, True), (0.667, True)),
        "quarters": ((0.5, True), (0.5, False)),
    }[kind]


def _noisy(pixels: Pixels, scan: Scan, rng: np.random.Generator) -> Pixels:
    """Sensor noise, mostly grey, softened as a scanner's own sharpening and scaling leave it."""
    high, wide = pixels.shape[:2]
    grain = rng.standard_normal((640, 640, 1)).astype(np.float32) * scan.noise * 1.6
    grain = (
        cv2.GaussianBlur(grain, (0, 0), 0.8)[..., None]
        + rng.standard_normal((640, 640, 3)).astype(np.float32) * scan.noise * 0.25
    )
    tiles = (-(-high // 640), -(-wide // 640), 1)
    field = np.tile(np.round(grain).astype(np.int16), tiles)[:high, :wide]
    grained: Pixels = np.clip(pixels.astype(np.int16) + field, 0, 255).astype(np.uint8)
    return grained


def jpeg(image: Image.Image, scan: Scan) -> bytes:
    """Coded as the scanner codes: baseline JPEG, colour at half resolution."""
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=scan.jpeg, subsampling="4:2:0", dpi=(scan.dpi, scan.dpi))
    return stream.getvalue()
