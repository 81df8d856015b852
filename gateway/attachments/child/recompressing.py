"""Recompress the pictures of a PDF as smaller JPEGs, where that changes only their sharpness (X7)."""

from __future__ import annotations

import io
import zlib

import pikepdf
from PIL import Image

from gateway.attachments.child.pdf_streams import filters_of

_NAME = pikepdf.Name
_COLOURS = {"/DeviceGray": "L", "/CalGray": "L", "/DeviceRGB": "RGB", "/CalRGB": "RGB"}
_UNCHANGEABLE = ("/ImageMask", "/Decode", "/Matte")


def make_pictures_smaller(pdf: pikepdf.Pdf, side: int, quality: int) -> int:
    """Reduce each picture to a longest side and a JPEG quality, if it gets smaller. Returns how many did."""
    pictures = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
    masks = {one[key].objgen for one in pictures for key in ("/SMask", "/Mask") if key in one}
    changeable = [one for one in pictures if one.objgen not in masks and _may_be_changed(one)]
    return sum(_make_smaller(one, side, quality) for one in changeable)


def _may_be_changed(picture: pikepdf.Stream) -> bool:
    """Grey, RGB and palettes of RGB with eight bits. Others are small (black and white) or would change colour."""
    if any(key in picture for key in _UNCHANGEABLE) or picture.get("/BitsPerComponent") != 8:
        return False
    mask, soft, how = picture.get("/Mask"), picture.get("/SMask"), picture.get("/DecodeParms")
    if isinstance(mask, pikepdf.Array) or (isinstance(soft, pikepdf.Stream) and "/Matte" in soft):
        return False
    if isinstance(how, pikepdf.Dictionary) and "/ColorTransform" in how:
        return False
    return filters_of(picture) in (["/DCTDecode"], ["/FlateDecode"]) and _mode(picture.get("/ColorSpace")) is not None


def _mode(space: pikepdf.Object | None) -> str | None:
    """The Pillow mode that keeps a colour space; P is a palette of RGB."""
    if not isinstance(space, pikepdf.Array) or len(space) < 2:
        return _COLOURS.get(str(space))
    if space[0] == "/ICCBased":
        return {1: "L", 3: "RGB"}.get(int(space[1].get("/N", 0)))
    if space[0] == "/Indexed":
        return "P" if _mode(space[1]) == "RGB" else None
    return _COLOURS.get(str(space[0]))


def _make_smaller(picture: pikepdf.Stream, side: int, quality: int) -> bool:
    """Replace the picture's data if it gets smaller. An unreadable picture stays as it is."""
    space, size = picture.ColorSpace, (int(picture.Width), int(picture.Height))
    mode, made = _mode(space), io.BytesIO()
    try:
        raw = picture.read_raw_bytes()
        if filters_of(picture) == ["/DCTDecode"]:
            image: Image.Image = Image.open(io.BytesIO(raw), formats=["JPEG"])
        elif mode == "P":
            image, mode, space = pikepdf.PdfImage(picture).as_pil_image().convert("RGB"), "RGB", space[1]
        else:
            image = Image.frombytes(mode or "L", size, picture.read_bytes())
        if image.mode != mode or image.size != size:
            return False
        image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
        image.save(made, "JPEG", quality=quality, optimize=True)
    except (OSError, ValueError, MemoryError, NotImplementedError, zlib.error, pikepdf.PikepdfError):
        return False
    if made.tell() >= len(raw):
        return False
    picture.write(made.getvalue(), filter=_NAME.DCTDecode)
    picture.Width, picture.Height = image.size
    picture.ColorSpace = space
    return True
