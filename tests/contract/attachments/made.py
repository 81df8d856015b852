"""Files made for the tests: sound ones by the libraries, nasty ones byte by byte."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pikepdf
from PIL import Image

NAME = pikepdf.Name


def jpeg(side: int = 64, quality: int = 90, noise: int = 0, mode: str = "RGB", exif: int = 1) -> bytes:
    """A JPEG picture; noise makes it large."""
    image = Image.effect_noise((side, max(1, side // 2)), noise or 1).convert(mode)
    about = Image.Exif()
    about[0x0112] = exif
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, exif=about)
    return out.getvalue()


def padded_jpeg(size: int, side: int = 64) -> bytes:
    """A JPEG of exactly so many bytes, by comments that decoders skip."""
    plain = jpeg(side)
    gap, filling = size - len(plain), b""
    while gap:
        step = gap if gap <= 65_000 else min(65_000, gap - 4)
        filling += b"\xff\xfe" + struct.pack(">H", step - 2) + b"x" * (step - 4)
        gap -= step
    return plain[:2] + filling + plain[2:]


def gif(frames: int = 1, side: int = 40) -> bytes:
    """A GIF whose pictures differ."""
    images = [Image.new("P", (side, side), 10 + k) for k in range(frames)]
    for image in images:
        image.putpalette(bytes(range(256)) * 3)
    out = io.BytesIO()
    images[0].save(out, "GIF", save_all=True, append_images=images[1:])
    return out.getvalue()


def noisy_gif(side: int) -> bytes:
    """A GIF of one large picture with many colours."""
    noises = [Image.effect_noise((side, side), spread) for spread in (20, 40, 60)]
    out = io.BytesIO()
    Image.merge("RGB", noises).quantize(256).save(out, "GIF")
    return out.getvalue()


def pdf(marks: Sequence[str], pictures: Sequence[bytes] = (), raw: bool = False, padding: int = 0) -> pikepdf.Pdf:
    """A page for each mark, which it shows as text; each page shows the picture of its place, if there is one."""
    made = pikepdf.new()
    for place, mark in enumerate(marks):
        page = made.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=NAME.Font, Subtype=NAME.Type1, BaseFont=NAME.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        text = f"BT /F1 20 Tf 50 700 Td ({mark}) Tj ET".encode()
        if place < len(pictures):
            with Image.open(io.BytesIO(pictures[place])) as image:
                size = image.size
            picture = picture_of(made, pictures[place], size)
            page.Resources.XObject = pikepdf.Dictionary(I=picture)
            text += b" q 500 0 0 500 0 0 cm /I Do Q"
        page.Contents = pikepdf.Stream(made, text + b"\n" + b"% padding" * (padding // 9))
    return made


def picture_of(made: pikepdf.Pdf, data: bytes, size: tuple[int, int]) -> pikepdf.Stream:
    """The JPEG as an object of the document."""
    return pikepdf.Stream(
        made,
        data,
        Type=NAME.XObject,
        Subtype=NAME.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=NAME.DeviceRGB,
        BitsPerComponent=8,
        Filter=NAME.DCTDecode,
    )


def marks_of(path: Path) -> list[str]:
    """The marks of a document's pages, in their order; `?` for a page without."""
    found = []
    with pikepdf.open(path) as made:
        for page in made.pages:
            shown = [str(one.operands[0]) for one in pikepdf.parse_content_stream(page) if str(one.operator) == "Tj"]
            found.append(shown[0] if shown else "?")
    return found


def noise(size: int, seed: int = 1) -> bytes:
    """Bytes that don't become smaller."""
    return random.Random(seed).randbytes(size)


def raw_pdf(objects: Sequence[bytes], root: int = 1) -> bytes:
    """A PDF of objects numbered from 1, with a right table of them."""
    out, places = bytearray(b"%PDF-1.5\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, len(out))
    return bytes(out) + head + table + tail


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
LEAF = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]/Resources<<>>/Contents 4 0 R>>"


def stream(data: bytes, filters: str, more: str = "") -> bytes:
    """A stream object."""
    return f"<</Length {len(data)}/Filter{filters}{more}>>stream\n".encode() + data + b"\nendstream"


def one_page(contents: bytes) -> bytes:
    """A document of one page, whose contents are the object given."""
    return raw_pdf([CATALOG, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", LEAF, contents])


@cache
def packed(size: int) -> bytes:
    """Flate data that unpacks to so many bytes."""
    machine = zlib.compressobj(9)
    block = b" " * 1_000_000
    return b"".join(machine.compress(block) for _ in range(size // len(block))) + machine.flush()


def lzw(tables: int) -> bytes:
    """LZW data of one letter; each table of codes that it fills unpacks to 7 million bytes."""
    bits: list[str] = []
    for table in range(tables):
        bits += [f"{256:012b}" if table else f"{256:09b}", f"{65:09b}"]
        for code in range(258, 4094):
            width = 9 if code < 511 else 10 if code < 1023 else 11 if code < 2047 else 12
            bits.append(f"{code:0{width}b}")
    bits.append(f"{257:012b}")
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def object_stream_bomb(data: bytes, filters: str) -> bytes:
    """A document whose catalogue is in an object stream with this data."""
    out = b"%PDF-1.5\n"
    first = len(out)
    out += b"1 0 obj\n" + stream(data, filters, "/Type/ObjStm/N 1/First 4") + b"\nendobj\n"
    second = len(out)
    rows = [(0, 0, 65535), (1, first, 0), (1, second, 0), (2, 1, 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    out += b"2 0 obj\n<</Type/XRef/Size 4/W[1 4 2]/Root 3 0 R/Length %d>>stream\n" % len(table) + table
    return out + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % second
