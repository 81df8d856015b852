from __future__ import annotations

import os
from pathlib import Path
from typing import cast

import pikepdf
import pytest

from gateway.attachments import FileKind, FileProcessor, Limits
from gateway.errors import Permanent
from tests.contract.attachments import made
from tests.contract.attachments.conftest import MakePart


async def test_X1_one_pdf_of_all_in_their_order(file_processor: FileProcessor, part: MakePart, tmp_path: Path) -> None:
    parts = [
        part("matkalasku.pdf", made.pdf(["a", "b"])),
        part("photo.pdf", made.jpeg()),
        part("receipt.pdf", made.pdf(["c"])),
        part("anim.gif", made.gif(3)),
        part("last.pdf", made.pdf(["d", "e", "f"])),
    ]
    found = await file_processor.merge(parts, tmp_path / "out.pdf", "travel.pdf")
    assert (found.kind, found.path, found.side) == (FileKind.PDF, tmp_path / "out.pdf", None)
    assert found.pages == 10 and found.size == (tmp_path / "out.pdf").stat().st_size
    assert made.marks_of(tmp_path / "out.pdf") == ["a", "b", "?", "c", "?", "?", "?", "d", "e", "f"]


async def test_X1_a_page_that_stands_twice_stays_twice(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    twice = made.pdf(["a", "b"])
    twice.Root.Pages.Kids.append(twice.pages[0].obj)
    twice.Root.Pages.Count = 3
    await file_processor.merge([part("1.pdf", twice), part("2.pdf", twice)], tmp_path / "out.pdf", "all.pdf")
    assert made.marks_of(tmp_path / "out.pdf") == ["a", "b", "a"] * 2


async def test_X1_inherited_size_and_turn_stay(file_processor: FileProcessor, part: MakePart, tmp_path: Path) -> None:
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>"
    tree = b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 300 100]/Rotate 90/Resources<<>>>>"
    content = made.raw_pdf([made.CATALOG, tree, page, made.stream(b"", "[]")])
    await file_processor.merge([part("1.pdf", content), part("2.pdf", content)], tmp_path / "out.pdf", "all.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as whole:
        assert [(list(map(int, one.mediabox)), int(one.obj.Rotate)) for one in whole.pages] == [
            ([0, 0, 300, 100], 90)
        ] * 2


async def test_X1_what_hides_a_layer_and_fills_a_form_goes_along(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    form = made.pdf(["a"])
    layer = form.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="hidden"))
    form.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer]))
    form.pages[0].Resources.Properties = pikepdf.Dictionary(L=layer)
    field = form.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T="who",
            V="Virtanen",
            Rect=[0, 0, 9, 9],
        )
    )
    form.pages[0].Annots = pikepdf.Array([field])
    form.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
    await file_processor.merge([part("1.pdf", form), part("2.pdf", form)], tmp_path / "out.pdf", "all.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as whole:
        assert [str(one.V) for one in whole.Root.AcroForm.Fields] == ["Virtanen"] * 2
        assert len(whole.Root.OCProperties.D.OFF) == 2


async def test_X1_jpeg_keeps_its_bytes_and_its_orientation(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    parts = [part(f"{turn}.jpg", made.jpeg(2000, exif=turn)) for turn in range(1, 9)]
    await file_processor.merge(parts, tmp_path / "out.pdf", "all.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as whole:
        for place, page in enumerate(whole.pages):
            assert page.Resources.XObject.Picture.read_raw_bytes() == parts[place].path.read_bytes()
            across = page.mediabox[2] > page.mediabox[3]
            assert across == (place + 1 < 5)
            placed = next(one for one in pikepdf.parse_content_stream(page) if str(one.operator) == "cm")
            a, b, c, d, e, f = (float(number) for number in placed.operands)
            corners = [(e, f), (a + e, b + f), (c + e, d + f), (a + c + e, b + d + f)]
            assert all(-0.01 <= x <= float(page.mediabox[2]) + 0.01 for x, _ in corners)
            assert all(-0.01 <= y <= float(page.mediabox[3]) + 0.01 for _, y in corners)


async def test_X1_pictures_of_a_gif_keep_their_colours(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    await file_processor.merge(
        [part("a.gif", made.gif(3)), part("b.pdf", made.pdf(["b"]))], tmp_path / "out.pdf", "all.pdf"
    )
    with pikepdf.open(tmp_path / "out.pdf") as whole:
        pictures = [
            pikepdf.PdfImage(cast(pikepdf.Stream, page.Resources.XObject.Picture)).as_pil_image()
            for page in whole.pages[:3]
        ]
    seen = [one.convert("RGB").getpixel((5, 5)) for one in pictures]
    palette = bytes(range(256)) * 3
    assert seen == [tuple(palette[3 * (10 + k) : 3 * (10 + k) + 3]) for k in range(3)]


async def test_X9_the_same_files_make_the_same_bytes(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    parts = [part("a.pdf", made.pdf(["a"])), part("b.jpg", made.jpeg()), part("c.gif", made.gif(2))]
    for name in ("1.pdf", "2.pdf"):
        await file_processor.merge(parts, tmp_path / name, "all.pdf")
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "2.pdf").read_bytes()


async def test_X7_a_package_is_made_to_fit(part: MakePart, tmp_path: Path) -> None:
    parts = [part(f"{number}.jpg", made.jpeg(1600, noise=60) + bytes(number)) for number in range(6)]
    found = await FileProcessor(Limits(size=1_500_000)).merge(parts, tmp_path / "out.pdf", "all.pdf")
    assert (found.pages, found.size <= 1_500_000) == (6, True) and found.side is not None


async def test_X7_a_package_that_does_not_fit_names_its_largest_file(part: MakePart, tmp_path: Path) -> None:
    parts = [part("small.jpg", made.jpeg(400, noise=60)), part("large.jpg", made.jpeg(1600, noise=60))]
    with pytest.raises(Permanent) as refused:
        await FileProcessor(Limits(size=20_000)).merge(parts, tmp_path / "out.pdf", "travel 7")
    assert refused.value.code == "ATTACHMENTS_TOO_LARGE"
    for told in ("travel 7", "large.jpg", f"{parts[1].path.stat().st_size:_}".replace("_", " "), "20 000"):
        assert told in refused.value.message


async def test_X8_a_fault_names_its_file_and_leaves_nothing(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    parts = [part("good.pdf", made.pdf(["a"])), part("bad\n.pdf", b"%PDF-1.7 nonsense"), part("x.pdf", made.pdf(["b"]))]
    with pytest.raises(Permanent, match=r"file bad \.pdf is damaged"):
        await file_processor.merge(parts, tmp_path / "out.pdf", "all.pdf")
    assert os.listdir(tmp_path) == ["in"]


async def test_X8_too_many_files_and_too_many_pages(part: MakePart, tmp_path: Path) -> None:
    parts = [part(f"{number}.pdf", made.pdf(["a", "b"])) for number in range(3)]
    with pytest.raises(Permanent, match="3 files"):
        await FileProcessor(Limits(parts=2)).merge(parts, tmp_path / "out.pdf", "all.pdf")
    with pytest.raises(Permanent, match=r"2.pdf.*5 pages"):
        await FileProcessor(Limits(pages=5)).merge(parts, tmp_path / "out.pdf", "all.pdf")
    with pytest.raises(ValueError, match="nothing"):
        await FileProcessor().merge([], tmp_path / "out.pdf", "all.pdf")
