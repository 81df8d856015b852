"""A PDF made to fit: first without any loss, then with its pictures made smaller, by steps (X7). No page goes."""

from __future__ import annotations

import io
import os
import zlib
from pathlib import Path

import pikepdf
from PIL import Image

from gateway.attachments.limits import Limits
from gateway.attachments.streams import filters_of

#: Longest side in pixels and JPEG quality: A4 at about 200, 150 and 100 dpi. Below that a receipt is no longer legible.
STEPS = ((2400, 80), (1750, 65), (1200, 50))
_NAME = pikepdf.Name


def save(pdf: pikepdf.Pdf, target: Path, thorough: bool = False) -> int:
    """Write it and tell its size. The same input gives the same bytes. `thorough`: repack what is packed."""
    level = pikepdf.StreamDecodeLevel
    pdf.save(
        target,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=level.generalized if thorough else level.none,
        recompress_flate=thorough,
        deterministic_id=True,
    )
    return target.stat().st_size


def shrink(source: Path, target: Path, limits: Limits) -> tuple[int, int | None]:
    """Write `source` into `target` by the first step that fits: its size, and the longest side of its pictures.

    The side is None where nothing was lost. When no step fits, the size is the smallest that could be had.
    """
    pikepdf.settings.set_flate_compression_level(9)
    lossless = source.with_suffix(".lossless")
    with _opened(source) as pdf:
        pdf.remove_unreferenced_resources()
        best = save(pdf, lossless, thorough=True)
    if best <= limits.size:
        os.replace(lossless, target)
        return best, None
    for side, quality in STEPS:
        with _opened(lossless) as pdf:
            if not _make_pictures_smaller(pdf, side, quality):
                continue
            size = save(pdf, target)
        best = min(best, size)
        if size <= limits.size:
            return size, side
    return best, None


def _opened(path: Path) -> pikepdf.Pdf:
    return pikepdf.open(path, access_mode=pikepdf.AccessMode.stream)


def _make_pictures_smaller(pdf: pikepdf.Pdf, side: int, quality: int) -> int:
    """How many became smaller."""
    pictures = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
    masks = {one[key].objgen for one in pictures for key in ("/SMask", "/Mask") if key in one}
    changeable = [one for one in pictures if one.objgen not in masks and _may_be_changed(one)]
    return sum(_make_smaller(one, side, quality) for one in changeable)


def _may_be_changed(picture: pikepdf.Stream) -> bool:
    """Grey and RGB of eight bits. Others are small already (black and white) or would change their look (CMYK)."""
    if any(key in picture for key in ("/ImageMask", "/Decode", "/Matte")) or picture.get("/BitsPerComponent") != 8:
        return False
    mask, soft = picture.get("/Mask"), picture.get("/SMask")
    if isinstance(mask, pikepdf.Array) or (isinstance(soft, pikepdf.Stream) and "/Matte" in soft):
        return False
    return filters_of(picture) in (["/DCTDecode"], ["/FlateDecode"]) and _mode(picture) is not None


def _mode(picture: pikepdf.Stream) -> str | None:
    space = picture.get("/ColorSpace")
    names = {"/DeviceGray": "L", "/CalGray": "L", "/DeviceRGB": "RGB", "/CalRGB": "RGB"}
    if isinstance(space, pikepdf.Array) and len(space) > 1:
        if space[0] == "/ICCBased":
            return {1: "L", 3: "RGB"}.get(int(space[1].get("/N", 0)))
        return names.get(str(space[0]))
    return names.get(str(space))


def _make_smaller(picture: pikepdf.Stream, side: int, quality: int) -> bool:
    """Replace its data when it becomes smaller; a picture that can't be read stays as it is."""
    try:
        raw = picture.read_raw_bytes()
        image = _image(picture, raw)
        mode = _mode(picture)
        if image.mode != mode:
            return False
        image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
        made = io.BytesIO()
        image.save(made, "JPEG", quality=quality, optimize=True)
    except (OSError, ValueError, MemoryError, zlib.error, pikepdf.PikepdfError):
        return False
    if made.tell() >= len(raw):
        return False
    picture.write(made.getvalue(), filter=_NAME.DCTDecode)
    picture.Width, picture.Height = image.size
    if "/DecodeParms" in picture:
        del picture["/DecodeParms"]
    return True


def _image(picture: pikepdf.Stream, raw: bytes) -> Image.Image:
    if filters_of(picture) == ["/DCTDecode"]:
        return Image.open(io.BytesIO(raw), formats=["JPEG"])
    size = int(picture.Width), int(picture.Height)
    return Image.frombytes(_mode(picture) or "L", size, picture.read_bytes())
