"""api/openapi.yaml as a judge: is this answer one that the document promises?"""
import re

import jsonschema
import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from harness import paths

DOCUMENT = yaml.safe_load((paths.REPO / "api" / "openapi.yaml").read_text())
_ROOT = "urn:openapi"
_REGISTRY = Registry().with_resource(_ROOT, Resource(contents=DOCUMENT, specification=DRAFT202012))
_METHODS = ("get", "post", "put", "patch", "delete")


def _resolved(node):
    while "$ref" in node:
        target = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _with_absolute_refs(schema):
    """A schema taken out of its document keeps pointing into it."""
    if isinstance(schema, dict):
        return {
            name: f"{_ROOT}{value}" if name == "$ref" and isinstance(value, str) and value.startswith("#") else _with_absolute_refs(value)
            for name, value in schema.items()
        }
    if isinstance(schema, list):
        return [_with_absolute_refs(each) for each in schema]
    return schema


def validate(instance, schema):
    validator = jsonschema.Draft202012Validator(
        _with_absolute_refs(schema), registry=_REGISTRY, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    errors = [f"{'/'.join(map(str, error.absolute_path)) or '(whole)'}: {error.message}" for error in validator.iter_errors(instance)]
    assert not errors, "\n".join(errors)


def validate_as(instance, name):
    validate(instance, {"$ref": f"#/components/schemas/{name}"})


def operations():
    """(method, template, operation) of everything in the document."""
    for template, item in DOCUMENT["paths"].items():
        for method in _METHODS:
            if method in item:
                yield method.upper(), template, item[method]


def find(method, path):
    """The operation that a request addresses. Literal segments win over parameters."""
    matches = []
    for candidate, template, operation in operations():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
        if candidate == method and re.fullmatch(pattern, path):
            matches.append((template.count("{"), template, operation))
    assert matches, f"api/openapi.yaml has no {method} {path}"
    _, template, operation = min(matches, key=lambda match: match[0])
    return template, operation


SEEN = set()


def check(response):
    """Asserts that an httpx response has a status, a type, fields and a body that its operation promises; returns it."""
    request = response.request
    template, operation = find(request.method, request.url.path)
    status = str(response.status_code)
    where = f"{request.method} {template} -> {status}"
    assert status in operation["responses"], f"{where} is not in api/openapi.yaml: {response.text[:400]}"
    SEEN.add((request.method, template, status))
    described = _resolved(operation["responses"][status])
    if template.startswith("/v1"):
        assert response.headers.get("X-Request-Id"), f"{where}: no X-Request-Id"
    for name in described.get("headers", {}):
        assert name in response.headers, f"{where}: the field {name} is missing"
    content = described.get("content", {})
    if not content:
        assert response.content == b"", f"{where}: a body where none is described"
        return response
    media_type = response.headers.get("Content-Type", "").split(";")[0].strip()
    assert media_type in content, f"{where}: {media_type!r} instead of {list(content)}"
    if not media_type.endswith("json"):
        return response
    body = response.json()
    validate(body, content[media_type]["schema"])
    if media_type == "application/problem+json":
        assert body["status"] == response.status_code, where
        assert body["request_id"] == response.headers["X-Request-Id"], where
    return response
