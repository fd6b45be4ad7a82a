"""Elements as plain values: what Dash sends to a browser, and what HTML says before any script.

`html.Div(children, className=…)` is called like Dash's own, and gives the dict that Dash would
send: a page is many of these, and making and checking Dash's objects was most of its time. What
is made with Dash's own classes may stand among them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html import escape
from typing import Any, Final

import orjson
from dash.development.base_component import Component

from dashboard.figures.base import Figure
from dashboard.figures.drawing import draw
from dashboard.figures.svg import UnknownPartError

LOG = logging.getLogger("dashboard")
HTML: Final = "dash_html_components"
CORE: Final = "dash_core_components"
NAMES: Final = {"className": "class", "htmlFor": "for"}
EMPTY: Final = frozenset({"br", "hr", "img", "input"})
# What Dash's objects keep about themselves.
OWN: Final = frozenset({"available_properties", "available_wildcard_properties"})
# What a text may not hold inside a script element of HTML that is data, not a program.
UNSAFE: Final = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))


def node(kind: str, children: Any = None, /, namespace: str = HTML, **props: Any) -> dict[str, Any]:
    """Return an element."""
    if children is not None:
        props["children"] = children
    return {"props": props, "type": kind, "namespace": namespace}


class Elements:
    """The elements of HTML by their name: `html.H1("…")`."""

    def __getattr__(self, kind: str) -> Any:
        """Return what makes an element of a kind; it is kept, so the next call finds it."""
        make = partial(node, kind)
        self.__dict__[kind] = make
        return make


html: Final = Elements()


def graph(**props: Any) -> dict[str, Any]:
    """Return a chart that plotly draws, once it is there."""
    return node("Graph", namespace=CORE, **props)


def hidden_field(name: str, value: str) -> dict[str, Any]:
    """Return a field of a form that nobody sees."""
    return node("Input", namespace=CORE, type="hidden", name=name, value=value)


class Ready:
    """A part whose JSON was made before; `make` gives its elements, for HTML."""

    def __init__(self, json: bytes, make: Callable[[], Any]) -> None:
        self.json, self.make = json, make


def plain(component: Any) -> Any:
    """Return what Dash sends of one of its own objects, or of a part that was made before."""
    if isinstance(component, Ready):
        return orjson.Fragment(component.json)
    if not isinstance(component, Component):
        raise TypeError(type(component).__name__)
    kept = vars(component).items()
    props = {name: value for name, value in kept if name[0] != "_" and name not in OWN}
    return {"props": props, "type": component._type, "namespace": component._namespace}


def packed(value: Any) -> bytes:
    """Return elements as JSON that may stand inside a script element too."""
    written = orjson.dumps(value, default=plain)
    for bad, good in UNSAFE:
        written = written.replace(bad, good)
    return written


def html_of(part: Any) -> str:
    """Return elements as HTML, every text and attribute escaped."""
    return "".join(pieces(part))


def pieces(part: Any) -> Iterator[str]:
    """Yield the HTML of elements."""
    if part is None or part is False or part is True:
        return
    if isinstance(part, str | int | float):
        yield escape(str(part), quote=False)
    elif isinstance(part, list | tuple):
        for one in part:
            yield from pieces(one)
    elif isinstance(part, Ready):
        yield from pieces(part.make())
    else:
        yield from element(part if isinstance(part, dict) else plain(part))


def element(part: Mapping[str, Any]) -> Iterator[str]:
    """Yield the HTML of one element."""
    props, kind = part["props"], part["type"]
    if part["namespace"] == CORE:
        yield from core_element(kind, props)
        return
    name = kind.lower()
    yield f"<{name}{attributes(props)}>"
    if name not in EMPTY:
        yield from pieces(props.get("children"))
        yield f"</{name}>"


def core_element(kind: str, props: Mapping[str, Any]) -> Iterator[str]:
    """Yield what stands for a part that only scripts bring to life."""
    if kind == "Graph":
        yield f"<div{attributes({'style': props.get('style', {}), 'className': 'dash-graph'})}>"
        yield drawn(props["figure"])
        yield "</div>"
    elif kind == "Input":
        yield f"<input{attributes(props)}>"
    elif kind != "Location":
        raise ValueError(f"{kind} has no HTML of its own.")


def drawn(figure: Figure) -> str:
    """Return a picture; one that cannot be drawn here leaves its place to plotly."""
    try:
        return draw(figure)
    except UnknownPartError as error:
        LOG.error("no first picture: %s", error)
        return ""


def attributes(props: Mapping[str, Any]) -> str:
    """Return the attributes of an element."""
    written = []
    for name, value in props.items():
        if name in ("children", "key") or value is None or value is False:
            continue
        label = NAMES.get(name, name if "-" in name else name.lower())
        if isinstance(value, Mapping):
            value = ";".join(f"{hyphened(key)}:{one}" for key, one in value.items())
        written.append(f" {label}" if value is True else f' {label}="{escape(str(value))}"')
    return "".join(written)


def hyphened(name: str) -> str:
    """Return a name of a style as CSS writes it."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
