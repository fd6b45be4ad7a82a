"""The OpenAPI document, made of the models."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from dashboard.api.endpoints import ENDPOINTS, Endpoint
from dashboard.api.models import Refusal

REF: Final = "#/components/schemas/{model}"
PARQUET: Final = "application/vnd.apache.parquet"
REFUSED: Final = {
    "400": "The request is none that can be read",
    "401": "There is no token, or it holds no longer",
    "403": "The token is not for this",
    "404": "There is no such address, or nothing was released yet",
    "405": "Only GET is answered",
    "422": "What is asked is not what can be asked",
    "429": "Too many requests; try again in a minute",
}


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the API."""
    answers: list[type[BaseModel]] = [*(one.answer for one in ENDPOINTS), Refusal]
    _, schemas = models_json_schema(
        [(model, "serialization") for model in answers], ref_template=REF
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Regiespiegel",
            "version": "1",
            "description": "A hidden value is null; `status` says why. Figures are never of fewer "
            "people than the floor, and an organisation's only for a token that names it.",
        },
        "paths": {one.path: {"get": operation(one)} for one in ENDPOINTS},
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def operation(endpoint: Endpoint) -> dict[str, Any]:
    """Return what the document says of an endpoint."""
    content: dict[str, Any] = {"application/json": {"schema": schema_of(endpoint.answer)}}
    if endpoint.table:
        content[PARQUET] = {"schema": {"type": "string", "format": "binary"}}
    etag = {"ETag": {"schema": {"type": "string"}, "required": True}}
    refusals = {
        code: {
            "description": said,
            "content": {"application/json": {"schema": schema_of(Refusal)}},
        }
        for code, said in REFUSED.items()
    }
    return {
        "operationId": endpoint.name,
        "summary": f"{endpoint.summary}; for tokens with scope `{endpoint.scope}`",
        "parameters": parameters(endpoint.query),
        "responses": {
            "200": {"description": "Found", "headers": etag, "content": content},
            "304": {"description": "Not changed since the ETag in If-None-Match"},
            **refusals,
        },
    }


def parameters(query: type[BaseModel]) -> list[dict[str, Any]]:
    """Return the fields of a query as parameters of an address; none is needed."""
    fields = query.model_json_schema().get("properties", {})
    return [
        {"name": name, "in": "query", "required": False, "schema": without_null(schema)}
        for name, schema in fields.items()
    ]


def without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without the null that stands for `not asked`: an address cannot say null."""
    kept = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    return kept[0] if kept else {key: schema[key] for key in schema if key != "title"}


def schema_of(model: type[BaseModel]) -> dict[str, str]:
    """Return the reference to a model."""
    return {"$ref": REF.format(model=model.__name__)}
