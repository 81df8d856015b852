"""Pictures: checked without trusting their size, and placed on pages of their own (X1, X8)."""

from __future__ import annotations

import zlib
from pathlib import Path

import pikepdf
from PIL import Image, ImageChops, ImageSequence

from gateway.attachments.child.fault import broken, excessive
from gateway.attachments.child.gif import count_frames
from gateway.attachments.kinds import FileKind
from gateway.attachments.limits import Limits

_NAME = pikepdf.Name
A4 = (595.276, 841.89)
#: EXIF orientations as matrices over a picture's unit square.
_TURNED = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


def check_picture(path: Path, kind: FileKind, limits: Limits) -> int:
    """The number of its pages. Raises Fault. A JPEG is decoded to its end at an eighth of its size."""
    with _open(path, kind, limits) as picture:
        if kind is FileKind.JPEG:
            if picture.mode not in ("L", "RGB", "CMYK"):
                raise broken("its colour format is unknown")
            picture.draft(picture.mode, (max(1, picture.width // 8), max(1, picture.height // 8)))
            picture.load()
            return 1
        frames = count_frames(path, limits.pages)
        if frames * picture.width * picture.height > limits.pixels:
            raise excessive(f"it has {frames} pictures of {picture.width} x {picture.height} pixels")
        read = 0
        for frame in ImageSequence.Iterator(picture):
            frame.load()
            read += 1
        if read != frames:
            raise broken("pictures are missing")
        return frames


def add_picture(pdf: pikepdf.Pdf, path: Path, kind: FileKind, limits: Limits) -> None:
    """One page for a JPEG, whose bytes are kept; a page per picture of a GIF, without loss."""
    with _open(path, kind, limits) as picture:
        if kind is FileKind.JPEG:
            _add_page(pdf, _jpeg(pdf, path, picture), picture.size, _turn(picture))
            return
        for frame in ImageSequence.Iterator(picture):
            _add_page(pdf, _flat(pdf, frame), frame.size, 1)


def _open(path: Path, kind: FileKind, limits: Limits) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # checked here, before anything is decoded
    picture = Image.open(path, formats=["JPEG" if kind is FileKind.JPEG else "GIF"])
    if picture.width * picture.height > limits.pixels:
        raise excessive(f"it has {picture.width} x {picture.height} pixels")
    return picture


def _turn(picture: Image.Image) -> int:
    """The camera's orientation. Damaged metadata is no damage of the picture."""
    try:
        return int(picture.getexif().get(0x0112, 1))
    except Exception:
        return 1


def _jpeg(pdf: pikepdf.Pdf, path: Path, picture: Image.Image) -> pikepdf.Stream:
    colours = {"L": _NAME.DeviceGray, "RGB": _NAME.DeviceRGB, "CMYK": _NAME.DeviceCMYK}[picture.mode]
    stream = _image(pdf, path.read_bytes(), picture.size, colours, _NAME.DCTDecode)
    if picture.mode == "CMYK" and "adobe" in picture.info:
        stream.Decode = pikepdf.Array([1, 0] * 4)  # Adobe inverts them
    return stream


def _flat(pdf: pikepdf.Pdf, frame: Image.Image) -> pikepdf.Stream:
    """A frame on white paper, with a palette if it has at most 256 colours."""
    layer = frame.convert("RGBA")
    paper = Image.new("RGBA", layer.size, "white")
    plain = Image.alpha_composite(paper, layer).convert("RGB")
    colours: pikepdf.Object = _NAME.DeviceRGB
    pixels = plain
    if plain.getcolors(256):
        few = plain.quantize(256, dither=Image.Dither.NONE)
        if ImageChops.difference(few.convert("RGB"), plain).getbbox() is None:
            palette = bytes(few.getpalette() or ())
            colours = pikepdf.Array([_NAME.Indexed, _NAME.DeviceRGB, len(palette) // 3 - 1, pikepdf.String(palette)])
            pixels = few
    return _image(pdf, zlib.compress(pixels.tobytes(), 9), frame.size, colours, _NAME.FlateDecode)


def _image(
    pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int], colours: pikepdf.Object, packing: pikepdf.Object
) -> pikepdf.Stream:
    return pikepdf.Stream(
        pdf,
        data,
        Type=_NAME.XObject,
        Subtype=_NAME.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=colours,
        BitsPerComponent=8,
        Filter=packing,
    )


def _add_page(pdf: pikepdf.Pdf, image: pikepdf.Stream, size: tuple[int, int], turn: int) -> None:
    """An A4 page, portrait or landscape, with the picture as large as it fits, but at most one point per pixel."""
    a, b, c, d, e, f = _TURNED.get(turn, _TURNED[1])
    width, height = (size[1], size[0]) if turn in (5, 6, 7, 8) else size
    paper = (A4[1], A4[0]) if width > height else A4
    scale = min(paper[0] / width, paper[1] / height, 1.0)
    wide, high = width * scale, height * scale
    left, low = (paper[0] - wide) / 2, (paper[1] - high) / 2
    matrix = (a * wide, b * high, c * wide, d * high, e * wide + left, f * high + low)
    page = pdf.add_blank_page(page_size=paper)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Picture=image))
    page.Contents = pikepdf.Stream(pdf, b"q %s cm /Picture Do Q" % " ".join(f"{x:.3f}" for x in matrix).encode())
