#!/usr/bin/env python3
"""Writes contract/genesys-schema.json from the vendor's own Python SDK.

The SDK is generated from the vendor's API description, so its classes carry the
names, types and enum values of the wire. This script reads them, for the operations
in operations.txt and the models those reach, and writes one sorted JSON file: the
same SDK gives the same bytes. It writes no prose.

    python contract/generate.py            write the file
    python contract/generate.py --check    fail if the committed file differs

What it knows, and what it does not:
  - Properties, their types and enums come from the model classes. The SDK does not
    name the enum of a list's items, so such lists are lists of strings here.
  - Parameters and their "required" come from the API classes. "Required" of a model's
    property is not in the SDK at all: those few are in required.json, with a source.
"""

import argparse
import ast
import importlib
import importlib.metadata
import json
import pathlib
import re
import sys

SDK = "PureCloudPlatformClientV2"
VERSION = "269.0.0"
HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = HERE / "genesys-schema.json"

SCALARS = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "datetime": "date-time",
    "date": "date",
    # No model in the SDK: a date and time without an offset, as text.
    "LocalDateTime": "string",
    "object": "any",
}


class Sdk:
    """The installed SDK: its method sources and its model classes."""

    def __init__(self):
        package = importlib.import_module(SDK)
        self.root = pathlib.Path(package.__file__).parent
        self.models = importlib.import_module(f"{SDK}.models")
        self.methods = {}
        for key, method in self._methods():
            # Several classes carry the same operation: the first by name stands for it.
            self.methods.setdefault(key, method)

    def _methods(self):
        """Yields ("GET /path", (class, method, source)) for each API method."""
        for path in sorted((self.root / "apis").glob("*_api.py")):
            text = path.read_text(encoding="utf-8")
            api = re.search(r"^class (\w+)\(", text, re.M)
            if api is None:
                continue
            for chunk in re.split(r"\n(?=    def )", text):
                name = re.match(r"    def (\w+)\(", chunk)
                url = re.search(r"resource_path = '([^']+)'", chunk)
                verb = re.search(r"call_api\(resource_path, '([A-Z]+)'", chunk)
                if name and url and verb:
                    yield f"{verb[1]} {url[1]}", (api[1], name[1], chunk)

    def operation(self, key):
        """Describes one operation."""
        api, method, source = self.methods[key]
        docs = {local: kind for kind, local in re.findall(r":param (\S+) (\w+):", source)}
        needed = set(re.findall(r"Missing the required parameter `(\w+)`", source))

        def parameters(place):
            found = re.findall(rf"{place}_params\['([^']+)'\] = params\['(\w+)'\]", source)
            return {
                wire: with_required(wire_type(docs[local]), local in needed) for wire, local in found
            }

        body = re.search(r"body_params = params\['(\w+)'\]", source)
        response = re.search(r"response_type=(None|'[^']+')", source)[1]
        out = {"sdk": f"{api}.{method}", "path": parameters("path"), "query": parameters("query")}
        if body:
            out["body"] = with_required(wire_type(docs[body[1]]), body[1] in needed)
        response = ast.literal_eval(response)
        if response is not None:
            out["response"] = wire_type(response)
        return out

    def model(self, name):
        """Describes one model: {wire name: type}."""
        instance = getattr(self.models, name)()
        enums = self._enums(name)
        out = {}
        for attribute, python_type in instance.swagger_types.items():
            described = wire_type(python_type)
            if attribute in enums:
                if described != "string":
                    raise SystemExit(f"{name}.{attribute}: an enum of {described}")
                described = {"enum": sorted(enums[attribute])}
            out[instance.attribute_map[attribute]] = described
        return out

    def _enums(self, name):
        """Allowed values by attribute, read out of the setters."""
        module = sys.modules[getattr(self.models, name).__module__]
        source = pathlib.Path(module.__file__).read_text(encoding="utf-8")
        enums = {}
        for chunk in re.split(r"\n(?=    @)", source):
            setter = re.match(r"    @(\w+)\.setter", chunk)
            values = re.search(r"allowed_values = (\[.*?\])\n", chunk, re.S)
            if setter and values:
                enums[setter[1]] = ast.literal_eval(values[1])
        return enums


def wire_type(python_type):
    """The schema's word for one of the SDK's type strings."""
    if python_type in SCALARS:
        return SCALARS[python_type]
    if items := re.fullmatch(r"list\[(.*)\]", python_type):
        return {"array": wire_type(items[1])}
    if values := re.fullmatch(r"dict\(str, (.*)\)", python_type):
        return {"map": wire_type(values[1])}
    if re.fullmatch(r"[A-Z]\w*", python_type):
        return {"ref": python_type}
    raise SystemExit(f"unknown type in the SDK: {python_type}")


def with_required(described, is_required):
    out = dict(described) if isinstance(described, dict) else {"type": described}
    if is_required:
        out["required"] = True
    return out


def references(described):
    """Yields the model names within a description."""
    if isinstance(described, dict):
        for key, value in described.items():
            if key == "ref":
                yield value
            else:
                yield from references(value)


def build():
    sdk = Sdk()
    lines = (HERE / "operations.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    missing = [key for key in wanted if key not in sdk.methods]
    if missing:
        raise SystemExit(f"not in the SDK: {missing}")
    operations = {key: sdk.operation(key) for key in wanted}
    required = json.loads((HERE / "required.json").read_text(encoding="utf-8"))["models"]
    # ErrorBody is what every operation answers when it refuses; no operation names it.
    queue, models = ["ErrorBody", *references(operations)], {}
    while queue:
        name = queue.pop()
        if name in models:
            continue
        properties = sdk.model(name)
        models[name] = {"properties": properties}
        queue.extend(references(properties))
    for name, properties in required.items():
        if name not in models:
            raise SystemExit(f"required.json names {name}, which no operation reaches")
        if unknown := set(properties) - set(models[name]["properties"]):
            raise SystemExit(f"required.json: {name} has no {sorted(unknown)}")
        models[name]["required"] = sorted(properties)
    return {"sdk": f"{SDK} {VERSION}", "operations": operations, "models": models}


def render(schema):
    """One operation or model a line: small, and a change reads well in a diff."""
    def line(key, value):
        return f"{json.dumps(key)}:{json.dumps(value, sort_keys=True, separators=(',', ':'))}"

    def section(entries):
        return ",\n".join(line(key, entries[key]) for key in sorted(entries))

    return (
        f'{{"sdk":{json.dumps(schema["sdk"])},\n'
        f'"operations":{{\n{section(schema["operations"])}\n}},\n'
        f'"models":{{\n{section(schema["models"])}\n}}}}\n'
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    arguments = parser.parse_args()
    installed = importlib.metadata.version(SDK)
    if installed != VERSION:
        raise SystemExit(f"{SDK} {installed} is installed; this schema is of {VERSION}")
    schema = build()
    text = render(schema)
    counts = f"{len(schema['operations'])} operations, {len(schema['models'])} models"
    if arguments.check:
        committed = SCHEMA.read_text(encoding="utf-8") if SCHEMA.exists() else ""
        if committed != text:
            raise SystemExit(f"{SCHEMA.name} differs from what {SDK} {VERSION} gives: run contract/generate.py")
        print(f"{SCHEMA.name}: unchanged ({counts})")
    else:
        SCHEMA.write_text(text, encoding="utf-8")
        print(f"{SCHEMA.name}: written ({counts}, {len(text)} bytes)")


if __name__ == "__main__":
    main()
