"""Classes of the published NeMo Curator package that a Hydra recipe can name, with the fields that they take.

Usage: python nemo_catalogue.py FOLDER_OF_THE_UNPACKED_PACKAGE VERSION > nemo-curator.classes.json
Read from syntax trees: nothing of the package is imported or run. A default is JSON where it is a literal, else
{"symbol": text}; `open` says that a class takes keywords that it does not name.
"""

import ast
import json
import sys
from pathlib import Path

MISSING = object()


class Module:
    def __init__(self, name, path):
        self.name, self.path = name, path
        self.package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        self.classes, self.functions, self.imports, self.constants = {}, {}, {}, {}
        for node in self.statements(ast.parse(path.read_text("utf8")).body):
            if isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
            elif isinstance(node, ast.FunctionDef):
                self.functions[node.name] = node
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.imports[alias.asname or alias.name] = (self.absolute(node), alias.name)
            elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self.constants[node.targets[0].id] = node.value
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                self.constants[node.target.id] = node.value

    @staticmethod
    def statements(body):
        for node in body:
            yield node
            if isinstance(node, (ast.If, ast.Try)):
                yield from Module.statements(node.body)

    def absolute(self, node):
        if node.level == 0:
            return node.module
        parts = self.package.split(".")
        base = ".".join(parts[: len(parts) - node.level + 1])
        return f"{base}.{node.module}" if node.module else base


class Package:
    def __init__(self, root):
        self.modules = {}
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root.parent).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            self.modules[name] = Module(name, path)

    def lookup(self, module, name, seen=frozenset()):
        """The module and class of a name as `module` sees it; None for what is not of this package."""
        if (module, name) in seen or module not in self.modules:
            return None
        here = self.modules[module]
        if name in here.classes:
            return here, here.classes[name]
        lazy = here.constants.get("_LAZY_IMPORTS") or here.constants.get("_LAZY")
        if isinstance(lazy, ast.Dict):
            for key, value in zip(lazy.keys, lazy.values):
                target = value.elts[0] if isinstance(value, ast.Tuple) else value
                if isinstance(key, ast.Constant) and key.value == name and isinstance(target, ast.Constant):
                    path = target.value
                    where = f"{module}{path}" if path.startswith(".") else path
                    return self.lookup(where, name, seen | {(module, name)})
        if name in here.imports:
            return self.lookup(*here.imports[name], seen | {(module, name)})
        return None

    def bases(self, module, node):
        for base in node.bases:
            base = base.value if isinstance(base, ast.Subscript) else base
            if isinstance(base, ast.Name):
                found = self.lookup(module.name, base.id)
                if found is not None:
                    yield found

    def fields(self, module, node, seen=()):
        """(parameters by name, open) of the class."""
        if node in seen:
            return {}, False
        init = next((each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"), None)
        inherited, opened = {}, False
        for base in self.bases(module, node):
            more, base_open = self.fields(*base, (*seen, node))
            inherited = {**more, **inherited}
            opened |= base_open
        if is_dataclass(node):
            taken = {**inherited, **dataclass_fields(node)}
            return {name: value for name, value in taken.items() if value is not None}, False
        if init is None:
            return inherited, opened
        own = signature(init)
        if init.args.kwarg is None:
            return own, False
        # Keywords that are handed on: to a class of this package, or to who knows what.
        return ({**inherited, **own}, opened) if inherited else (own, True)


def is_dataclass(node):
    names = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
    return any(getattr(each, "id", getattr(each, "attr", None)) == "dataclass" for each in names)


def dataclass_fields(node):
    fields = {}
    for each in node.body:
        if not isinstance(each, ast.AnnAssign) or not isinstance(each.target, ast.Name):
            continue
        annotation = ast.unparse(each.annotation)
        if annotation.startswith(("ClassVar", "InitVar")):
            continue
        value = each.value
        if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "field":
            keywords = {keyword.arg: keyword.value for keyword in value.keywords}
            if isinstance(keywords.get("init"), ast.Constant) and keywords["init"].value is False:
                # It takes away what a base class takes by this name.
                fields[each.target.id] = None
                continue
            value = keywords.get("default", ast.Name("field") if "default_factory" in keywords else None)
            if "default_factory" in keywords:
                fields[each.target.id] = entry(annotation, {"symbol": ast.unparse(keywords["default_factory"]) + "()"})
                continue
        fields[each.target.id] = entry(annotation, MISSING if value is None else literal(value))
    return fields


def signature(init):
    positional = init.args.posonlyargs + init.args.args
    defaults = [MISSING] * (len(positional) - len(init.args.defaults)) + [literal(each) for each in init.args.defaults]
    pairs = list(zip(positional, defaults))[1:]
    pairs += [(each, MISSING if value is None else literal(value)) for each, value in zip(init.args.kwonlyargs, init.args.kw_defaults)]
    return {each.arg: entry(ast.unparse(each.annotation) if each.annotation else None, value) for each, value in pairs}


def literal(node):
    try:
        value = ast.literal_eval(node)
        json.dumps(value)
        return list(value) if isinstance(value, tuple) else value
    except (ValueError, TypeError):
        return {"symbol": ast.unparse(node)}


def entry(annotation, value):
    return {"type": annotation, "required": value is MISSING, **({} if value is MISSING else {"default": value})}


def main(root, version):
    package = Package(root / "nemo_curator")
    classes, targets = {}, {}
    for name, module in package.modules.items():
        exported = set(module.classes) | set(module.imports)
        for constant in ("_LAZY_IMPORTS", "_LAZY"):
            if isinstance(module.constants.get(constant), ast.Dict):
                exported |= {key.value for key in module.constants[constant].keys if isinstance(key, ast.Constant)}
        for each in sorted(exported):
            found = package.lookup(name, each)
            if found is None or each.startswith("_"):
                continue
            where, node = found
            identity = f"{where.name}.{node.name}"
            if where.path.name != "__init__.py" and module is not where and module.path.name != "__init__.py":
                continue
            targets[f"{name}.{each}"] = identity
            if identity not in classes:
                parameters, opened = package.fields(where, node)
                classes[identity] = {"params": parameters, "open": opened}
    functions = sorted(f"{name}.{each}" for name, module in package.modules.items() for each in module.functions if not each.startswith("_"))
    used = {identity: value for identity, value in sorted(classes.items())}
    exports = {path: identity for path, identity in sorted(targets.items()) if path != identity}
    print(json.dumps({"package": "nemo-curator", "version": version, "classes": used, "exports": exports, "functions": functions}, separators=(",", ":")))


main(Path(sys.argv[1]), sys.argv[2])
