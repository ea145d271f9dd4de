"""Colours: the sRGB output intent, profiles worth keeping, and everything odd turned into sRGB (IEC 61966-2-1)."""

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode

_CREATED = slice(24, 36)  # of an ICC header: when Pillow made the profile, which must not change our bytes
_FIXED_DATE = bytes.fromhex("07ce 0002 0009 0006 0031 0000".replace(" ", ""))
_CLASSES = {"scnr", "mntr", "prtr", "spac"}  # what an ICCBased colour space may use (ISO 32000-1 §8.6.5.5)
_SPACES = {1: "GRAY", 3: "RGB"}


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """An sRGB ICC profile, the same bytes each time."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_CREATED] = _FIXED_DATE
    return bytes(profile)


def profile_to_keep(icc: bytes, components: int) -> bytes:
    """The profile if an ICCBased colour space may use it and it is not sRGB anyway, else empty."""
    if not icc:
        return b""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc)).profile
    except (OSError, ImageCms.PyCMSError):
        return b""
    sound = (
        profile.xcolor_space.strip() == _SPACES.get(components)
        and profile.device_class in _CLASSES
        and profile.version < 5
        and int.from_bytes(icc[:4], "big") == len(icc)
    )
    return icc if sound and "sRGB" not in (profile.profile_description or "") else b""


def to_printable(image: Image.Image) -> Image.Image:
    """The picture in mode `1`, `L` or `RGB`: transparency on white, everything else by its profile to sRGB.

    Raises:
        Refused: `COMPOSE_FAILED`: a kind of picture nobody scans (floating point).
    """
    if image.mode in {"1", "L", "RGB"} and "transparency" not in image.info:
        return image
    if image.mode == "P" and "transparency" not in image.info:
        return image.convert("RGB")
    if image.mode in {"P", "LA", "PA", "RGBA", "RGBa", "La", "L", "RGB", "1"}:
        return _flattened(image)
    if image.mode.startswith("I"):
        return Image.fromarray(_eight_bits(np.asarray(image)))
    if image.mode in {"CMYK", "LAB", "YCbCr", "HSV"}:
        return _by_profile(image)
    raise Refused(ReasonCode.COMPOSE_FAILED, detail=f"{image.mode}")


def _flattened(image: Image.Image) -> Image.Image:
    layered = image.convert("RGBA")
    ground = Image.new("RGB", image.size, "white")
    ground.paste(layered, mask=layered.getchannel("A"))
    grey = image.mode in {"LA", "La", "L", "1"}
    return ground.convert("L") if grey else ground


def _eight_bits(samples: np.ndarray) -> np.ndarray:
    """The high byte of 16-bit samples; Pillow's `I` holds them in 32 bits."""
    high: np.ndarray = (np.clip(samples, 0, 0xFFFF).astype(np.uint16) >> 8).astype(np.uint8)
    return high


def _by_profile(image: Image.Image) -> Image.Image:
    try:
        if image.mode == "LAB":
            source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        elif image.mode == "CMYK" and image.info.get("icc_profile"):
            source = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        else:
            return image.convert("RGB")
        target = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (OSError, ImageCms.PyCMSError):
        return image.convert("RGB")
    return converted or image.convert("RGB")
