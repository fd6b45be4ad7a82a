"""What a callback's request must look like, before Dash looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

Spec = Mapping[str, Any]
LARGEST = 64 * 1024  # bytes; a view's address is a few hundred
LISTS = ("changedPropIds", "parsedChangedPropsIds")
KNOWN = {"output", "outputs", "inputs", "state", *LISTS}


def read_body(raw: bytes, callbacks: Mapping[str, Spec]) -> dict[str, Any] | None:
    """Return what was sent for a callback, None for what no page of ours sends."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:  # thousands of nested brackets, too
        return None
    return body if is_sane(body, callbacks) else None


def is_sane(body: object, callbacks: Mapping[str, Spec]) -> bool:
    """Return whether a body names a known callback with exactly the parts it was registered with.

    Values may be anything: who reads them checks them. Names may not.
    """
    if not isinstance(body, dict) or set(body) - KNOWN or not isinstance(body.get("output"), str):
        return False
    spec = callbacks.get(body["output"])
    if spec is None or "callback" not in spec:
        return False
    inputs, state = (names_of(body.get(part, [])) for part in ("inputs", "state"))
    return (
        inputs == [(part["id"], part["property"]) for part in spec["inputs"]]
        and state == [(part["id"], part["property"]) for part in spec["state"]]
        and outputs_of(body.get("outputs")) == outputs_named(body["output"])
        and all(is_list_of_text(body.get(part, [])) for part in LISTS)
    )


def names_of(parts: object) -> Sequence[tuple[object, object]] | None:
    """Return id and property of each part, None when it is not a list of them."""
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        return None
    return [(part.get("id"), part.get("property")) for part in parts]


def outputs_of(parts: object) -> list[str] | None:
    """Return `id.property` of what a body wants filled, one or several."""
    names = names_of(parts if isinstance(parts, list) else [parts])
    return None if names is None else [f"{name}.{prop}" for name, prop in names]


@lru_cache(maxsize=64)  # of callbacks that there are
def outputs_named(output: str) -> list[str]:
    """Return `id.property` of what a callback fills, from its name in Dash."""
    return output.strip(".").split("...")


def is_list_of_text(parts: object) -> bool:
    """Return whether something is a list of texts: Dash looks them up as keys."""
    return isinstance(parts, list) and all(isinstance(part, str) for part in parts)
