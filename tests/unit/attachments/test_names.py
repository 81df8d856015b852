from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.attachments import HEAD, FileKind, clean, kind_of, unique
from gateway.attachments.names import STEM, free, is_numbered, shown

KINDS = st.sampled_from(FileKind)
#: Names that come near each other, and any text.
NAMES = st.one_of(st.text(max_size=80), st.from_regex(r"\A[aA]{0,3}[-_ ]?[12]?(\.pdf|\.JPG)?\Z"))


@given(NAMES, KINDS)
def test_X6_name_has_plain_letters_and_its_contents_ending(name: str, kind: FileKind) -> None:
    made = clean(name, kind)
    assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?\.(pdf|jpg|gif)", made)
    assert made.endswith(f".{kind}") and len(made) <= STEM + 4


@given(NAMES, KINDS)
def test_X6_a_second_time_changes_nothing(name: str, kind: FileKind) -> None:
    once = clean(name, kind)
    assert clean(once, kind) == once


@given(st.lists(st.tuples(NAMES, KINDS), max_size=12), st.lists(NAMES, max_size=6))
def test_X6_names_of_an_invoice_differ_in_any_letter_case(files: list[tuple[str, FileKind]], taken: list[str]) -> None:
    made = unique(files, taken)
    folded = [name.casefold() for name in made]
    assert len(set(folded)) == len(files)
    assert not set(folded) & {name.casefold() for name in taken}
    assert made == unique(files, taken)
    assert all(len(name) <= STEM + 4 for name in made)


@given(NAMES, KINDS, st.integers(1, 30))
def test_X6_a_number_is_known_again(name: str, kind: FileKind, count: int) -> None:
    original, used = clean(name, kind), set[str]()
    for _ in range(count):
        made = free(original, used)
        used.add(made.casefold())
        assert made == original or is_numbered(made, original)


@pytest.mark.parametrize(
    ("name", "kind", "made"),
    [
        ("Lasku 12/2026 – ääkköset.PDF", FileKind.PDF, "Lasku_12_2026_-_aakkoset.pdf"),
        ("receipt.pdf", FileKind.JPEG, "receipt.jpg"),
        ("photo.JPEG", FileKind.JPEG, "photo.jpg"),
        ("scan.tiff", FileKind.PDF, "scan_tiff.pdf"),
        ("../../etc/passwd", FileKind.PDF, "etc_passwd.pdf"),
        ("Straße.gif", FileKind.GIF, "Strasse.gif"),
        ("a\x00b\r\nc.pdf", FileKind.PDF, "a_b_c.pdf"),
        (".pdf", FileKind.PDF, "attachment.pdf"),
        ("", FileKind.GIF, "attachment.gif"),
        ("x" * 300, FileKind.PDF, "x" * 60 + ".pdf"),
    ],
)
def test_X6_the_rule(name: str, kind: FileKind, made: str) -> None:
    assert clean(name, kind) == made


def test_X6_numbers_go_on_from_each_other() -> None:
    files = [("a.pdf", FileKind.PDF), ("A.PDF", FileKind.PDF), ("a-2.pdf", FileKind.PDF), ("a.jpg", FileKind.JPEG)]
    assert unique(files) == ["a.pdf", "A-2.pdf", "a-2-2.pdf", "a.jpg"]


@given(st.binary(max_size=64))
def test_X5_the_kind_is_that_of_the_first_bytes(head: bytes) -> None:
    assert kind_of(b"GIF89a" + head) is FileKind.GIF
    assert kind_of(b"\xff\xd8\xff" + head) is FileKind.JPEG
    assert kind_of(b"%PDF-1.7" + head) is FileKind.PDF
    assert kind_of(b"PK\x03\x04" + head) is None or b"%PDF-" in head


def test_X5_a_mark_too_far_in_makes_no_pdf() -> None:
    assert kind_of(b"\n" * (HEAD - 5) + b"%PDF-1.4") is FileKind.PDF
    assert kind_of(b"\n" * HEAD + b"%PDF-1.4") is None
    assert [kind.mime_type for kind in FileKind] == ["image/gif", "image/jpeg", "application/pdf"]


@given(st.text(max_size=300))
def test_X8_a_name_in_a_text_is_one_line(name: str) -> None:
    assert shown(name).isprintable() and 0 < len(shown(name)) <= 100
