"""A body of `multipart/form-data` with a part `meta` in JSON and a part `file`."""

from __future__ import annotations

import json
import re
from typing import Any


def read(content: bytes, content_type: str) -> tuple[dict[str, Any], bytes]:
    """The parts by name, with the file by its file name; and the file's bytes. Raises ValueError."""
    found = re.fullmatch(r'multipart/form-data;\s*boundary="?([^";]+)"?', content_type)
    if found is None:
        raise ValueError(f"Content-Type {content_type}")
    edge = b"--" + found[1].encode()
    if not content.startswith(edge) or not content.rstrip(b"\r\n").endswith(edge + b"--"):
        raise ValueError("its beginning or its end is missing")
    body: dict[str, Any] = {}
    file = b""
    for part in content.split(edge)[1:-1]:
        head, _, value = part.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n")
        headers = head.decode("utf-8")
        name = re.search(r'(?i)content-disposition: form-data;.*?\bname="([^"]*)"', headers)
        if name is None:
            raise ValueError("a part has no name")
        file_name = re.search(r'filename="([^"]*)"', headers)
        if file_name is not None:
            body[name[1]], file = file_name[1], value
        elif "content-type: application/json" in headers.lower():
            body[name[1]] = json.loads(value)
        else:
            raise ValueError(f"part {name[1]} is neither a file nor application/json")
    return body, file
