"""Make a PDF fit: first without any loss, then with smaller pictures, step by step (X7). No page is dropped."""

from __future__ import annotations

import os
from pathlib import Path

import pikepdf

from gateway.attachments.child.recompressing import make_pictures_smaller
from gateway.attachments.limits import Limits

#: Longest side in pixels and JPEG quality: A4 at about 200, 150 and 100 dpi. With less, a receipt is illegible.
STEPS = ((2400, 80), (1750, 65), (1200, 50))


def save(pdf: pikepdf.Pdf, target: Path, thorough: bool = False) -> int:
    """Write the PDF and return its size. The same input gives the same bytes. `thorough`: recompress what is
    compressed.
    """
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
    """Write `source` to `target` by the first step that fits. Returns the size, and the longest side of its pictures.

    The side is None if nothing was lost. If no step fits, the size is the smallest that was possible.
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
            if not make_pictures_smaller(pdf, side, quality):
                continue
            size = save(pdf, target)
        best = min(best, size)
        if size <= limits.size:
            return size, side
    return best, None


def _opened(path: Path) -> pikepdf.Pdf:
    return pikepdf.open(path, access_mode=pikepdf.AccessMode.stream)
