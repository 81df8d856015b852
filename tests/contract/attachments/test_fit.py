from __future__ import annotations

import os
import tracemalloc
from pathlib import Path
from typing import cast

import pikepdf
import pytest
from PIL import Image

from gateway.attachments import FileKind, FileProcessor, Limits, Part
from gateway.errors import Permanent
from tests.contract.attachments import made
from tests.contract.attachments.conftest import MakePart

MAX = 10_000_000


@pytest.mark.parametrize(
    ("content", "kind", "pages"),
    [
        (made.jpeg(), FileKind.JPEG, 1),
        (made.jpeg(mode="L"), FileKind.JPEG, 1),
        (made.jpeg(side=1), FileKind.JPEG, 1),
        (made.jpeg(side=7), FileKind.JPEG, 1),
        (made.jpeg(mode="CMYK"), FileKind.JPEG, 1),
        (made.gif(3), FileKind.GIF, 3),
        (b"mail header\n" + made.one_page(made.stream(made.packed(0), "/FlateDecode")), FileKind.PDF, 1),
    ],
)
async def test_X5_the_kind_is_that_of_the_content(
    file_processor: FileProcessor, part: MakePart, content: bytes, kind: FileKind, pages: int
) -> None:
    found = await file_processor.check(part("letter.docx", content))
    assert (found.kind, found.pages, found.size) == (kind, pages, len(content))


@pytest.mark.parametrize("content", [b"", b"%PD", b"PK\x03\x04 word", b"\x89PNG\r\n\x1a\n", b"<html>", b"II*\x00 tiff"])
async def test_X5_nothing_else_goes_whatever_its_name(
    file_processor: FileProcessor, part: MakePart, content: bytes
) -> None:
    with pytest.raises(Permanent) as refused:
        await file_processor.check(part("receipt.pdf", content))
    assert refused.value.code == "ATTACHMENT_TYPE"
    assert "receipt.pdf" in refused.value.message


async def test_X7_ten_million_bytes_go_as_they_are(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    exact = part("exact.jpg", made.padded_jpeg(MAX))
    found = await file_processor.fit(exact, tmp_path / "out.pdf")
    assert (found.path, found.size, found.side) == (exact.path, MAX, None)
    assert not (tmp_path / "out.pdf").exists()


async def test_X7_one_byte_more_does_not(file_processor: FileProcessor, part: MakePart, tmp_path: Path) -> None:
    found = await file_processor.fit(part("over.jpg", made.padded_jpeg(MAX + 1)), tmp_path / "out.pdf")
    assert (found.path, found.kind, found.pages) == (tmp_path / "out.pdf", FileKind.PDF, 1)
    assert found.size == (tmp_path / "out.pdf").stat().st_size <= MAX


async def test_X7_file_that_stays_too_large_is_an_error(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    """With its name and its size."""
    large = made.pdf(["1"])
    large.attachments["data.bin"] = pikepdf.AttachedFileSpec(large, made.noise(MAX))
    one = part("Suuri lasku.pdf", large)
    size = one.path.stat().st_size
    with pytest.raises(Permanent) as refused:
        await file_processor.fit(one, tmp_path / "out.pdf")
    assert refused.value.code == "ATTACHMENT_TOO_LARGE"
    assert "Suuri lasku.pdf" in refused.value.message and f"{size:_}".replace("_", " ") in refused.value.message
    assert os.listdir(tmp_path) == ["in"]


async def test_X7_more_than_is_ever_tried_is_an_error_at_once(part: MakePart, tmp_path: Path) -> None:
    one = part("disk.pdf", b"%PDF-1.7\n")
    os.truncate(one.path, 100_000_001)
    with pytest.raises(Permanent, match="100 000 001"):
        await FileProcessor().fit(one, tmp_path / "out.pdf")


async def test_X7_first_without_a_loss(file_processor: FileProcessor, part: MakePart, tmp_path: Path) -> None:
    marks = [str(number) for number in range(40)]
    found = await file_processor.fit(part("long.pdf", made.pdf(marks, padding=300_000)), tmp_path / "out.pdf")
    assert found.side is None and found.pages == 40 and found.size < MAX
    assert made.marks_of(tmp_path / "out.pdf") == marks


async def test_X7_then_with_smaller_pictures_and_no_page_lost(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    photo = made.jpeg(3000, noise=60)
    marks = [str(number) for number in range(5)]
    large = made.pdf(marks, [photo + bytes([0]) * number for number in range(5)])
    one = part("photos.pdf", large)
    assert one.path.stat().st_size > 1.5 * MAX
    found = await file_processor.fit(one, tmp_path / "out.pdf")
    assert found.side in (2400, 1750, 1200) and found.size <= MAX
    assert made.marks_of(tmp_path / "out.pdf") == marks
    with pikepdf.open(tmp_path / "out.pdf") as document:
        for page in document.pages:
            picture = page.Resources.XObject.I
            assert (int(picture.Width), int(picture.Height)) == (found.side, found.side // 2)
            assert pikepdf.PdfImage(cast(pikepdf.Stream, picture)).as_pil_image().size == (found.side, found.side // 2)


async def test_X7_pictures_of_another_kind_are_left_alone(part: MakePart, tmp_path: Path) -> None:
    """Masks, stencils, CMYK and inverted pictures keep their bytes; a grey one with a soft mask keeps its mask."""
    document = made.pdf([str(number) for number in range(5)], [made.jpeg(900, noise=60)] * 5)
    pictures = [page.Resources.XObject.I for page in document.pages]
    pictures[0].Decode = pikepdf.Array([1, 0] * 3)
    pictures[1].ColorSpace = pikepdf.Name.DeviceCMYK
    pictures[2].Mask = pikepdf.Array([0, 1] * 3)
    pictures[3].SMask = made.picture_of(document, made.jpeg(900, noise=50, mode="L"), (900, 450))
    pictures[3].SMask.ColorSpace = pikepdf.Name.DeviceGray
    kept = [bytes(one.read_raw_bytes()) for one in (*pictures[:3], pictures[3].SMask)]
    one = part("odd.pdf", document)
    limits = Limits(size=one.path.stat().st_size * 95 // 100)
    found = await FileProcessor(limits).fit(one, tmp_path / "out.pdf")
    assert found.side == 2400
    with pikepdf.open(tmp_path / "out.pdf") as smaller:
        after = [page.Resources.XObject.I for page in smaller.pages]
        assert [bytes(x.read_raw_bytes()) for x in (*after[:3], after[3].SMask)] == kept


async def test_X7_a_picture_with_a_palette_becomes_smaller_too(part: MakePart, tmp_path: Path) -> None:
    one = part("a.gif", made.noisy_gif(800))
    size = one.path.stat().st_size
    found = await FileProcessor(Limits(size=size // 2)).fit(one, tmp_path / "out.pdf")
    assert (found.kind, found.pages) == (FileKind.PDF, 1) and found.side is not None
    with pikepdf.open(tmp_path / "out.pdf") as document:
        picture = pikepdf.PdfImage(cast(pikepdf.Stream, document.pages[0].Resources.XObject.Picture)).as_pil_image()
    with Image.open(one.path) as before:
        wanted = before.convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes()
    mean = picture.convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes()
    assert all(abs(a - b) < 8 for a, b in zip(mean, wanted, strict=True))


async def test_X8_the_worker_holds_no_file(file_processor: FileProcessor, part: MakePart, tmp_path: Path) -> None:
    parts = [part(f"{number}.pdf", made.padded_jpeg(9_000_000)) for number in range(2)]
    tracemalloc.start()
    try:
        await file_processor.fit(parts[0], tmp_path / "fit.pdf")
        await file_processor.merge(parts, tmp_path / "out.pdf", "all.pdf")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


async def test_X8_the_child_of_ten_megabytes_stays_small(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    photo = made.jpeg(1250, noise=60)
    photos = made.pdf([str(n) for n in range(15)], [photo + bytes([0]) * n for n in range(15)])
    texts = made.pdf([str(n) for n in range(100)], padding=98_000)
    parts: list[Part] = [
        part("photos.pdf", photos),
        part("texts.pdf", texts),
        part("p.jpg", made.padded_jpeg(9_900_000)),
    ]
    for one in parts:
        assert 8_000_000 < one.path.stat().st_size < MAX
        assert (await file_processor.check(one)).memory < 80_000_000
    found = await FileProcessor(Limits(size=30_000_000)).merge(parts, tmp_path / "out.pdf", "all.pdf")
    assert found.pages == 116 and found.memory < 120_000_000
