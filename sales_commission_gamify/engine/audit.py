"""A seal on what a statement was computed from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from .values import EngineError, to_text


def compute_checksum(inputs: object) -> str:
    """SHA-256 of *inputs*: the same figures give the same seal in any process.

    Order of keys does not matter, nor whether 5 was written 5.00; order of rows
    does. A float is refused: two machines may print it differently.
    """
    text = json.dumps(
        _make_canonical(inputs),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _make_canonical(value: object) -> object:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Decimal) and value.is_finite():
        return to_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _make_canonical(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_make_canonical(item) for item in value]
    raise EngineError("not_sealable", value=value)
