from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.attachments import (
    Choice,
    FileKind,
    FileReference,
    InvoiceFiles,
    Piece,
    Rendition,
    Stored,
    missing,
    select,
    unique,
)

FILE = FileReference("f-1", "Erittely.pdf", 1000, "application/pdf")
FULL = (Piece(Rendition.ALL, "invoice-7.pdf"),)
BREAKDOWN = (Piece(Rendition.ATTACHMENT_AND_BREAKDOWN, "invoice-7-breakdown.pdf"),)


@pytest.mark.parametrize("groups", [False, True])
@pytest.mark.parametrize("file", [None, FILE])
def test_X2_S16_the_choice_decides_alone(groups: bool, file: FileReference | None) -> None:
    invoice = InvoiceFiles(7, groups, file)
    assert select(Choice.FULL, invoice) == FULL
    assert select(Choice.BREAKDOWN, invoice) == BREAKDOWN


def test_X3_none_chosen_but_the_file_of_a_grouping_goes() -> None:
    assert select(Choice.NONE, InvoiceFiles(7)) == ()
    assert select(Choice.NONE, InvoiceFiles(7, groups_with_attachment=True)) == BREAKDOWN
    assert select(Choice.NONE, InvoiceFiles(7, True, FILE)) == (Piece(FILE, "Erittely.pdf"),)


NAMES = st.sampled_from(["a.pdf", "A.pdf", "a-2.pdf", "a-3.pdf", "a-2-2.pdf", "b.pdf"])
SIZES = st.one_of(st.none(), st.integers(1, 3))
PRESENT = st.lists(st.builds(Stored, NAMES, SIZES), max_size=5)
FILES = st.lists(st.tuples(NAMES, st.integers(1, 3)), max_size=5)


def _wanted(files: list[tuple[str, int]]) -> list[Stored]:
    names = unique([(name, FileKind.PDF) for name, _ in files])
    return [Stored(name, size) for name, (_, size) in zip(names, files, strict=True)]


@given(PRESENT, FILES)
def test_X9_nothing_is_missing_when_all_was_uploaded(present: list[Stored], files: list[tuple[str, int]]) -> None:
    wanted = _wanted(files)
    uploads = [one for _, one in missing(present, wanted)]
    assert missing([*present, *uploads], wanted) == []


@given(PRESENT, FILES, st.data())
def test_X9_file_uploaded_before_a_death_is_not_sent_again(
    present: list[Stored], files: list[tuple[str, int]], data: st.DataObject
) -> None:
    wanted = _wanted(files)
    first = missing(present, wanted)
    done = data.draw(st.integers(0, len(first)))
    again = missing([*present, *(one for _, one in first[:done])], wanted)
    assert len(again) == len(first) - done
    total = len(present) + done + len(again)
    assert total == len(present) + len(first)


@given(PRESENT, FILES)
def test_X6_X9_a_name_that_is_uploaded_is_new_on_the_invoice(
    present: list[Stored], files: list[tuple[str, int]]
) -> None:
    names = [one.name.casefold() for _, one in missing(present, _wanted(files))]
    assert len(set(names)) == len(names)
    assert not set(names) & {one.name.casefold() for one in present}


def test_X9_same_name_and_another_size_is_another_file() -> None:
    wanted = [Stored("a.pdf", 5)]
    assert missing([Stored("A.PDF", 5)], wanted) == []
    assert missing([Stored("a.pdf")], wanted) == []
    assert missing([Stored("a.pdf", 6)], [Stored("a.pdf")]) == []
    assert missing([Stored("a.pdf", 6)], wanted) == [(0, Stored("a-2.pdf", 5))]
    assert missing([Stored("a.pdf", 6), Stored("a-2.pdf", 5)], wanted) == []
    assert missing([Stored("a.pdf", 5)], [*wanted, Stored("b.pdf", 5)]) == [(1, Stored("b.pdf", 5))]
