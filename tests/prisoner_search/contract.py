"""Holding questions and answers against an OpenAPI document: as much of that language as these need."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from longstop.gateways.prisoner_search.fake import Question

KINDS: Mapping[str, type] = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
Document = Mapping[str, Any]


def operation(document: Document, question: Question) -> Mapping[str, Any]:
    """Give what the document says of this path and method. Raises KeyError where it knows neither."""
    for path, methods in document["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), question.path) and question.method.lower() in methods:
            return dict(methods[question.method.lower()])
    raise KeyError(f"{question.method} {question.path}")


def wrong_in_question(document: Document, question: Question) -> list[str]:
    """Say what in a question the document does not provide for."""
    told = operation(document, question)
    known = {each["name"]: each["schema"] for each in told.get("parameters", []) if each["in"] == "query"}
    found = [f"{name}: no such parameter" for name in question.query if name not in known]
    for name in question.query.keys() & known.keys():
        found += wrong(document, known[name], _read(known[name], question.query[name]), name)
    if "requestBody" not in told:
        return found + (["a body that nobody asked for"] if question.body is not None else [])
    return found + list(wrong(document, told["requestBody"]["content"]["application/json"]["schema"], question.body, "body"))


def wrong_in_answer(document: Document, question: Question, answer: Any, *, filtered: bool) -> list[str]:
    """Say what in an answer is not as the document has it. Where it was asked for some fields only, others may be missing."""
    schema = operation(document, question)["responses"]["200"]["content"]["application/json"]["schema"]
    return list(wrong(document, schema, answer, "answer", filtered=filtered))


def wrong(document: Document, schema: Mapping[str, Any], value: Any, place: str, *, filtered: bool = False) -> Iterator[str]:
    """Say where a value does not fit a schema."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    kind = KINDS[schema["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield f"{place}: {type(value).__name__}, not {schema['type']}"
    elif isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{place}: {len(value)} of them"
        for number, each in enumerate(value):
            yield from wrong(document, schema["items"], each, f"{place}[{number}]", filtered=filtered)
    elif isinstance(value, dict):
        if not filtered:
            yield from (f"{place}.{name}: missing" for name in schema.get("required", []) if name not in value)
        yield from (f"{place}.{name}: not in the schema" for name in value if name not in schema["properties"])
        for name in value.keys() & schema["properties"].keys():
            yield from wrong(document, schema["properties"][name], value[name], f"{place}.{name}", filtered=filtered)
    elif value not in schema.get("enum", [value]):
        yield f"{place}: {value} is none of the values"
    elif schema.get("format") == "date" and not _is_date(str(value)):
        yield f"{place}: not a date"
    elif value < schema.get("minimum", value):
        yield f"{place}: too small"


def has_field(document: Document, name: str) -> bool:
    """Say whether a prisoner's record has this field, `aliases.lastName` being one of a list's."""
    schema: Mapping[str, Any] = document["components"]["schemas"]["Prisoner"]
    for part in name.split("."):
        schema = schema.get("properties", {}).get(part)
        if schema is None:
            return False
        schema = schema.get("items", schema)
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return True


def _read(schema: Mapping[str, Any], given: list[str]) -> Any:
    """Read a parameter as its schema has it; what cannot be read stays text, and fits nothing."""
    if schema["type"] == "array":
        return [each for value in given for each in value.split(",")]
    value = given[0]
    if schema["type"] == "integer" and value.isdigit():
        return int(value)
    return value == "true" if schema["type"] == "boolean" and value in {"true", "false"} else value


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
