"""Taggers of the published Dolma package with the span types that their code can emit, read from its syntax trees.

Usage: python dolma_catalogue.py FOLDER_OF_THE_UNPACKED_PACKAGE VERSION > dolma.taggers.json
Nothing of the package is imported or run. `*` in a span type stands for what is filled in; `open` says that
some span types are not written as text, a model's labels for example.
"""

import ast
import json
import sys
from pathlib import Path


def name_of(node):
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None


def registered(node):
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and name_of(decorator.func) == "add" and decorator.args:
            owner = getattr(decorator.func, "value", None)
            if name_of(owner) == "TaggerRegistry" and isinstance(decorator.args[0], ast.Constant):
                yield decorator.args[0].value


def span_type(node):
    """A text, a pattern with `*`, or None where it cannot be told."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        text = "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
        return None if text.strip("*") == "" else text
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [span_type(side) or "*" for side in (node.left, node.right)]
        return None if "".join(parts).strip("*") == "" else "".join(parts)
    return None


class Definitions:
    def __init__(self, root):
        self.classes, self.functions = {}, {}
        for path in sorted(root.rglob("*.py")):
            for node in ast.parse(path.read_text("utf8")).body:
                if isinstance(node, ast.ClassDef):
                    self.classes.setdefault(node.name, []).append(node)
                if isinstance(node, ast.FunctionDef):
                    self.functions.setdefault(node.name, []).append((path, node))

    def spans(self, node, path, seen, types):
        """Adds what `node` and what it mentions can emit; returns whether something stays open."""
        unknown = False
        for each in ast.walk(node):
            if isinstance(each, ast.Call) and name_of(each.func) == "Span":
                given = [keyword.value for keyword in each.keywords if keyword.arg == "type"] or each.args[2:3]
                found = span_type(given[0]) if given else None
                unknown |= found is None
                if found is not None:
                    types.add(found)
            mentioned = name_of(each) if isinstance(each, (ast.Name, ast.Attribute)) else None
            for base in self.classes.get(mentioned, []):
                if id(base) not in seen and mentioned not in ("Span", "BaseTagger", "BaseTaggerWithMetadata"):
                    seen.add(id(base))
                    unknown |= self.spans(base, path, seen, types)
            for where, function in self.functions.get(mentioned, []):
                if id(function) not in seen and where == path:
                    seen.add(id(function))
                    unknown |= self.spans(function, path, seen, types)
        return unknown


def main(package, version):
    definitions = Definitions(package)
    taggers = {}
    for path in sorted((package / "taggers").rglob("*.py")):
        for node in ast.parse(path.read_text("utf8")).body:
            if not isinstance(node, ast.ClassDef):
                continue
            for name in registered(node):
                types = set()
                unknown = definitions.spans(node, path, {id(node)}, types)
                taggers[name] = {"spans": sorted(types), "open": unknown or not types, "source": str(path.relative_to(package.parent))}
    print(json.dumps({"package": "dolma", "version": version, "taggers": dict(sorted(taggers.items()))}, indent=1))


main(Path(sys.argv[1]) / "dolma", sys.argv[2])
