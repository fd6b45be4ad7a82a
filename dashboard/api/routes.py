"""The routes of the API. The gate has found the token before any of these runs."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

import flask
from flask import Response, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import Forbidden, NotFound, UnprocessableEntity

from dashboard.access.person import current_person
from dashboard.access.scope import Scope
from dashboard.api.endpoints import ENDPOINTS, Endpoint, Published
from dashboard.api.models import TYPES
from dashboard.api.openapi import PARQUET, document
from dashboard.application import RegiespiegelDash
from dashboard.context import Context
from dashboard.rounding import seen_by
from dashboard.snapshot import NothingReleasedError
from warehouse.tables import BY_NAME


def register(app: RegiespiegelDash, context: Context) -> None:
    """Add the routes. The document itself holds no figure and is for everybody."""

    @app.server.get("/api/v1/openapi.json", endpoint="api_document")
    def api_document() -> Response:
        return flask.jsonify(document())

    for endpoint in ENDPOINTS:
        view = view_of(endpoint, context)
        app.server.add_url_rule(endpoint.path, f"api_{endpoint.name}", view, methods=["GET"])


def view_of(endpoint: Endpoint, context: Context) -> Callable[[], Response]:
    """Return the view of an endpoint."""

    def view() -> Response:
        person = current_person()
        if person.token is None or endpoint.scope not in person.token.scopes:
            raise Forbidden
        found_in = published(context, person.scope)
        return answer(endpoint, found_in, person.scope, asked_of(endpoint))

    view.__name__ = view.__qualname__ = f"api_{endpoint.name}"
    return view


def published(context: Context, scope: Scope) -> Published:
    """Return what is published now, as a scope gets it. Raise NotFound before the first release."""
    try:
        release = seen_by(scope, context.snapshots.current())
    except NothingReleasedError:
        raise NotFound from None
    return Published(release, context.status_files.latest() if context.status_files else None)


def asked_of(endpoint: Endpoint) -> BaseModel:
    """Return what an address asks. Raise UnprocessableEntity for what cannot be asked."""
    given = request.args.to_dict(flat=False)
    if any(len(values) != 1 for values in given.values()):
        raise UnprocessableEntity
    try:
        return endpoint.query.model_validate({name: one for name, (one,) in given.items()})
    except ValidationError:
        raise UnprocessableEntity from None


def answer(endpoint: Endpoint, found_in: Published, scope: Scope, query: BaseModel) -> Response:
    """Return the answer, or that it is what the caller has already."""
    tag = tag_of(endpoint, found_in, scope, query)
    if request.if_none_match.contains(tag):
        response = Response(status=304)
    elif getattr(query, "format", "json") == "parquet":
        found = endpoint.find(found_in, scope, query)
        response = Response(parquet(endpoint.table, found["rows"]), mimetype=PARQUET)
    else:
        found = endpoint.find(found_in, scope, query)
        checked = endpoint.answer.model_validate(found)
        response = Response(checked.model_dump_json(), mimetype="application/json")
    response.set_etag(tag)
    return response


def tag_of(endpoint: Endpoint, found_in: Published, scope: Scope, query: BaseModel) -> str:
    """Return the tag of an answer, which lasts as long as what it comes from does."""
    mark = found_in.mark if endpoint.name == "releases" else found_in.mark[:1]
    who = (scope.organisation_id, scope.is_staff)
    parts = (endpoint.name, mark, *who, query.model_dump_json())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def parquet(name: str, rows: list[dict[str, Any]]) -> bytes:
    """Return rows of a released table as Parquet, with the types of the contract."""
    # Only who asks for Parquet pays for its library.
    import pyarrow
    from pyarrow.parquet import write_table

    kinds = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64(),
             bool: pyarrow.bool_()}  # fmt: skip
    fields = [(column.name, kinds[TYPES[column.type]]) for column in BY_NAME[name].columns]
    table = pyarrow.Table.from_pylist(rows, schema=pyarrow.schema(fields))
    content = io.BytesIO()
    write_table(table, content, compression="zstd")
    return content.getvalue()
