"""X8: what common readers open is not refused. `samples/` has small files by 26 programs and ways of writing."""

from __future__ import annotations

import random
from pathlib import Path

import pikepdf
import pytest

from gateway.attachments import FileKind, FileProcessor
from gateway.attachments.ends import restored
from tests.contract.attachments.conftest import MakePart
from tests.contract.attachments.test_dangerous import nested

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.pdf"))
PROTECTED = [one for one in SAMPLES if "owner" in one.name]
#: Ways in which programs and mail servers damage the end of a file, without a loss of content.
ENDS = {
    "a page of HTML behind it": lambda whole: whole + b"<!-- from a mail server -->\n" * 400,
    "zeros behind it": lambda whole: whole + bytes(5000),
    "no end marker": lambda whole: whole[: whole.rindex(b"%%EOF")],
    "half an end marker": lambda whole: whole[: whole.rindex(b"%%EOF") + 2],
    "no way to the table of objects": lambda whole: whole[: whole.rindex(b"startxref")],
}


def pages_of(path: Path) -> int:
    with pikepdf.open(path) as document:
        return len(document.pages)


def test_X8_the_samples_are_at_least_twenty() -> None:
    assert len(SAMPLES) >= 20 and len(PROTECTED) >= 4


async def test_X8_files_of_common_programs_go_and_can_be_merged(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    parts = [part(one.name, one.read_bytes()) for one in SAMPLES]
    merged = await file_processor.merge(parts, tmp_path / "out.pdf", "all.pdf")
    assert merged.pages == sum(map(pages_of, SAMPLES)) == pages_of(tmp_path / "out.pdf")
    assert not merged.repaired
    with pikepdf.open(tmp_path / "out.pdf") as document:
        assert not document.is_encrypted


async def test_X8_a_file_with_an_owners_password_only_goes_as_it_is(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    one = part("a.pdf", PROTECTED[0].read_bytes())
    assert (await file_processor.fit(one, tmp_path / "out.pdf")).path == one.path


@pytest.mark.parametrize("end", ENDS)
async def test_X8_a_damaged_end_is_repaired_and_reported(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path, end: str
) -> None:
    one = part("a.pdf", ENDS[end](nested()))
    fitted = await file_processor.fit(one, tmp_path / "fitted.pdf")
    assert (fitted.kind, fitted.pages, fitted.repaired) == (FileKind.PDF, 6, True)
    merged = await file_processor.merge([one, one], tmp_path / "out.pdf", "all.pdf")
    assert (merged.pages, merged.repaired) == (12, True)


def test_X8_a_later_version_that_was_cut_is_not_left_out(tmp_path: Path) -> None:
    """Its pages would be lost without a word."""
    first, source, target = nested(), tmp_path / "a.pdf", tmp_path / "b.pdf"
    source.write_bytes(first + b"20 0 obj\n<</Type/Page/Parent 3 0 R")
    assert not restored(source, target)


@pytest.mark.parametrize("seed", range(2))
def test_X1_X8_a_repaired_file_has_all_its_pages(tmp_path: Path, seed: int) -> None:
    """Whatever is cut off or put behind: restored with six pages, or not at all."""
    chance, whole, repaired = random.Random(seed), nested(), 0
    source, target = tmp_path / "a.pdf", tmp_path / "b.pdf"
    for _ in range(300):
        source.write_bytes(
            whole[: chance.randrange(len(whole) // 2, len(whole))] + chance.randbytes(chance.randrange(9))
        )
        if restored(source, target):
            repaired += 1
            assert pages_of(target) == 6
            with pikepdf.open(target) as document:
                texts = [bytes(page.Contents.read_bytes()) for page in document.pages]
            assert texts == [b"BT (%d) Tj ET" % number for number in range(6)]
    assert repaired
