"""X8: encrypted, broken and bomb-like files are errors of that file, in bounded time and memory."""

from __future__ import annotations

import base64
import contextlib
import errno
import io
import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pikepdf
import pytest

from gateway.attachments import FileProcessor, Limits
from gateway.attachments.child.documents import open_pdf
from gateway.attachments.child.fault import Fault, of_the_file
from gateway.attachments.process import run_child
from gateway.errors import Permanent
from tests.contract.attachments import made
from tests.contract.attachments.conftest import MakePart


def encrypted(user: str) -> bytes:
    document, out = made.pdf(["a"]), io.BytesIO()
    document.save(out, encryption=pikepdf.Encryption(owner="o", user=user))
    return out.getvalue()


def tree_of(levels: int, width: int) -> bytes:
    """A page tree whose nodes name the next one several times."""
    nodes = [b"<</Type/Pages/Count 1/Kids[" + b"%d 0 R " % (n + 3) * width + b"]>>" for n in range(levels)]
    return made.raw_pdf([made.CATALOG, *nodes, b"<</Type/Page/MediaBox[0 0 10 10]>>"])


def flat_tree(pages: int) -> bytes:
    """A page tree with so many leaves."""
    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(pages))
    return made.raw_pdf([made.CATALOG, b"<</Type/Pages/Count %d/Kids[" % pages + kids + b"]>>", *[made.LEAF] * pages])


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG whose header claims another size."""
    plain = bytearray(made.jpeg())
    at = plain.index(b"\xff\xc0")
    plain[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(plain)


def many_fold(times: int) -> bytes:
    data = made.packed(450_000_000)
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return made.one_page(made.stream(data, "[" + "/FlateDecode" * times + "]"))


def picture(width: int, height: int) -> bytes:
    about = f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/ColorSpace/DeviceGray"
    return made.one_page(made.stream(made.packed(0), "/FlateDecode", about))


DANGEROUS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a password": ("ENCRYPTED", lambda: encrypted("u")),
    "nothing behind its head": ("BROKEN", lambda: b"%PDF-1.7\n"),
    "noise behind its head": ("BROKEN", lambda: b"%PDF-1.7\n" + made.noise(100_000)),
    "no pages": ("BROKEN", lambda: made.raw_pdf([made.CATALOG, b"<</Type/Pages/Count 0/Kids[]>>"])),
    "no tree": ("BROKEN", lambda: made.raw_pdf([b"<</Type/Catalog>>"])),
    "a page that isn't there": (
        "BROKEN",
        lambda: made.raw_pdf([made.CATALOG, b"<</Type/Pages/Count 2/Kids[3 0 R 9 0 R]>>", made.LEAF, b"null"]),
    ),
    "damaged contents": ("BROKEN", lambda: made.one_page(made.stream(b"x\x9cnot flate", "/FlateDecode"))),
    "half a jpeg": ("BROKEN", lambda: made.jpeg(400, noise=60)[:20_000]),
    "a jpeg's head": ("BROKEN", lambda: b"\xff\xd8\xff\xe0"),
    "half a gif": ("BROKEN", lambda: made.gif(3)[:200]),
    "a gif without its end": ("BROKEN", lambda: made.gif(3)[:-1]),
    "a gif's head": ("BROKEN", lambda: b"GIF89a"),
    "pages in a circle": (
        "BROKEN",
        lambda: made.raw_pdf([made.CATALOG, b"<</Type/Pages/Count 1/Kids[2 0 R]>>"]),
    ),
    "a tree of ten to the twelve pages": ("BROKEN", lambda: tree_of(12, 10)),
    "a tree of a hundred thousand levels": ("BROKEN", lambda: tree_of(100_000, 1)),
    "a page a million times": ("BROKEN", lambda: tree_of(1, 1_000_000)),
    "ten thousand pages": ("EXCESSIVE", lambda: flat_tree(10_000)),
    "brackets": ("EXCESSIVE", lambda: made.raw_pdf([b"<</Type/Catalog/X " + b"[" * 1_000_000 + b">>"])),
    "flate, 1 to 1000": ("EXCESSIVE", lambda: many_fold(1)),
    "flate, 1 to 1 000 000": ("EXCESSIVE", lambda: many_fold(2)),
    "flate, twenty times": ("EXCESSIVE", lambda: many_fold(20)),
    "lzw": ("EXCESSIVE", lambda: made.one_page(made.stream(made.lzw(70), "/LZWDecode"))),
    "run lengths": ("EXCESSIVE", lambda: made.one_page(made.stream(b"\x81 " * 3_500_000, "/RunLengthDecode"))),
    "flate as letters": (
        "EXCESSIVE",
        lambda: made.one_page(
            made.stream(made.packed(450_000_000).hex().encode() + b">", "[/ASCIIHexDecode/FlateDecode]")
        ),
    ),
    "flate in the table of objects": (
        "BROKEN",
        lambda: made.object_stream_bomb(made.packed(450_000_000), "/FlateDecode"),
    ),
    "a pdf's picture of ten billion pixels": ("EXCESSIVE", lambda: picture(100_000, 100_000)),
    "a jpeg of four billion pixels": ("EXCESSIVE", lambda: jpeg_of(65_000, 65_000)),
    "a gif of four billion pixels": ("EXCESSIVE", lambda: b"GIF89a" + b"\xff\xff" * 2 + made.gif()[10:]),
    "a gif of many large pictures": ("EXCESSIVE", lambda: made.gif(30, side=2_000)),
}


@pytest.mark.parametrize("what", DANGEROUS)
async def test_X8_dangerous_file_is_refused_within_bounds(part: MakePart, tmp_path: Path, what: str) -> None:
    """In bounded time and memory."""
    code, make = DANGEROUS[what]
    one = part("kuitti.pdf", make())
    limits = Limits(memory=400_000_000)
    job = {"task": "merge", "paths": [str(one.path)], "limits": asdict(limits)}
    ended = await run_child(tmp_path, job, 60)
    assert (ended.said.get("fault"), ended.at) == (f"ATTACHMENT_{code}", 0), ended
    assert ended.said["cost"]["memory"] < 400_000_000
    assert ended.said["cost"]["seconds"] < 15


async def test_X8_the_text_names_the_file_and_no_path(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    for what in ("a password", "noise behind its head", "ten thousand pages"):
        with pytest.raises(Permanent) as refused:
            await file_processor.check(part("kuitti.pdf", DANGEROUS[what][1]()))
        assert "kuitti.pdf" in refused.value.message
        assert str(tmp_path) not in refused.value.message
        assert "attach" in refused.value.message


def nested() -> bytes:
    """Six pages in a tree of two branches, nothing of it packed."""
    tree = [b"<</Type/Pages/Count 6/Kids[3 0 R 4 0 R]>>"]
    tree += [b"<</Type/Pages/Parent 2 0 R/Count 3/Kids[%d 0 R %d 0 R %d 0 R]>>" % (n, n + 1, n + 2) for n in (5, 8)]
    leaf = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 100 100]/Resources<<>>/Contents %d 0 R>>"
    leaves = [leaf % (3 + number // 3, 11 + number) for number in range(6)]
    texts = [made.stream(b"BT (%d) Tj ET" % number, "[]") for number in range(6)]
    return made.raw_pdf([made.CATALOG, *tree, *leaves, *texts])


def damaged(whole: bytes, chance: random.Random) -> bytes:
    at, more = chance.randrange(len(whole)), chance.randrange(1, 200)
    match chance.randrange(3):
        case 0:
            return whole[:at]
        case 1:
            return whole[:at] + whole[at + more :]
        case _:
            return whole[:at] + chance.randbytes(1) + whole[at + 1 :]


@pytest.mark.parametrize("seed", range(4))
def test_X1_X8_a_damaged_file_is_refused_or_has_all_its_pages(tmp_path: Path, seed: int) -> None:
    """qpdf repairs files and leaves out pages; here a thousand damages leave out none."""
    chance, taken = random.Random(seed), 0
    whole, path = nested(), tmp_path / "x.pdf"
    for _ in range(250):
        path.write_bytes(damaged(whole, chance))
        with contextlib.suppress(Fault), of_the_file(), open_pdf(path, Limits()) as pdf:
            assert len(pdf.pages) == 6, path.read_bytes()
            taken += 1
    assert taken > 5


@pytest.mark.parametrize(
    ("filters", "data"),
    [
        ("[]", b"BT (a) Tj ET"),
        ("/FlateDecode", zlib.compress(b"BT (a) Tj ET")),
        ("[/ASCII85Decode /FlateDecode]", base64.a85encode(zlib.compress(b"BT (a) Tj ET")) + b"~>"),
        ("[/ASCIIHexDecode]", b"4254 20286129 20546A 204554>"),
        ("/RunLengthDecode", b"\x0bBT (a) Tj ET\xf0 \x80"),
        ("/LZWDecode", made.lzw(1)),
    ],
)
async def test_X8_every_way_of_packing_is_taken(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path, filters: str, data: bytes
) -> None:
    one = part("a.pdf", made.one_page(made.stream(data, filters)))
    assert (await file_processor.merge([one, one], tmp_path / "out.pdf", "all.pdf")).pages == 2


async def test_X8_a_little_behind_the_end_does_no_harm(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    whole = part("a.pdf", made.pdf(["a", "b"])).path.read_bytes()
    one = part("b.pdf", whole + b"<!-- from a mail server -->" * 10)
    await file_processor.merge([one, one], tmp_path / "out.pdf", "all.pdf")
    assert made.marks_of(tmp_path / "out.pdf") == ["a", "b"] * 2


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "NO_ROOM"), (errno.EFBIG, "EXCESSIVE"), (None, "BROKEN")])
def test_X8_a_full_disk_is_no_fault_of_the_file(number: int | None, code: str) -> None:
    with pytest.raises(Fault) as fault, of_the_file():
        raise OSError(number, "")
    assert fault.value.code == f"ATTACHMENT_{code}"


def test_X8_a_failing_disk_is_no_fault_of_the_file() -> None:
    with pytest.raises(OSError, match="disk"), of_the_file():
        raise OSError(errno.EIO, "disk")
