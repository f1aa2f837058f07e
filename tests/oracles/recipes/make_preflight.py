"""What the preflight of the published Data-Juicer says of generated recipes: valid ones, and broken in one way each.

Usage: python make_preflight.py, in an environment with requirements.txt. Writes preflight-1.6.1.json beside itself: the
recipes, what was done to them, and every error. A recipe goes the way of `dj-process`: its parser, then its preflight,
which is loaded by its file, since importing the package around it installs torch and ray.
"""

import contextlib
import importlib.metadata
import importlib.util
import io
import json
import os
import random
import re
import sys
import tempfile
from pathlib import Path

import yaml

HERE = Path(__file__).parent
CATALOGUE = HERE.parents[2] / "language-server" / "dialects" / "data-juicer" / "catalogue" / "data-juicer-1.6.1.ops.json"
VERSION = "1.6.1"
RECIPES = 300
SEED = 20261121

with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    import data_juicer
    from data_juicer.config import init_configs
    from data_juicer.ops.base_op import OPERATORS
    from loguru import logger

    logger.remove()


def load_preflight():
    path = Path(data_juicer.__file__).parent / "core" / "preflight.py"
    spec = importlib.util.spec_from_file_location("preflight", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


preflight = load_preflight()
chance = random.Random(SEED)
ops = {name: op for name, op in json.loads(CATALOGUE.read_text("utf8")).items() if not op["kind"].endswith(".py")}

# Values as people write them: what a loader makes of the text is a part of the question.
GOOD = {
    "str": ["text", "en", "'0.5'", "a b", "\"no\"", "./assets", "'1'"],
    "int": ["1", "0", "100", "0x10", "1_000", "-3"],
    "float": ["0.5", "1", "1e-3", "5e5", ".5", "1.0e+5", "-0.25"],
    "bool": ["true", "false", "yes", "off", "True"],
    "Dict": ["{}", "{a: 1}"],
    "List[str]": ["[a, b]", "[]"],
}
BAD = {
    "str": ["5", "0.5", "true", "[a]", "no", "{a: b}", "12:30"],
    "int": ["ten", "'5'", "true", "[1]", "0.5", "1,000", "{a: 1}"],
    "float": ["half", "'0.5'", "true", "[0.1]", "0,5", "{min: 1}", "None"],
    "bool": ["1", "'true'", "nein", "[true]", "0.0", "None"],
}


def argument(parameter):
    values = GOOD.get(parameter["type"]) or GOOD.get(re.sub(r"^Optional\[(.*)\]$", r"\1", parameter["type"] or ""))
    return None if values is None else chance.choice(values)


def step(name):
    parameters = [each for each in ops[name]["params"] if each["required"] or chance.random() < 0.4]
    arguments = [(each["name"], argument(each)) for each in parameters]
    return [name, [(key, value) for key, value in arguments if value is not None]]


def misspelt(name):
    at = chance.randrange(1, len(name) - 1)
    return chance.choice([name[:at] + name[at + 1 :], name[:at] + name[at + 1] + name[at] + name[at + 1 + 1 :], name[:at] + "x" + name[at:], name + "s"])


def broken(steps, way):
    """The steps with one fault; None where there is no place for it."""
    at = chance.randrange(len(steps))
    name, arguments = steps[at]
    if way == "unknown op":
        steps[at][0] = chance.choice([misspelt(name), name.rpartition("_")[0], "my_own_" + name])
    elif way == "unknown parameter":
        other = chance.choice([each["name"] for op in ops.values() for each in op["params"]])
        known = [each["name"] for each in ops[name]["params"]]
        arguments.append((misspelt(chance.choice(known)) if known and chance.random() < 0.7 else other, "1"))
    elif way == "wrong type":
        simple = [each for each in ops[name]["params"] if each["type"] in BAD]
        if not simple:
            return None
        parameter = chance.choice(simple)
        steps[at][1] = [pair for pair in arguments if pair[0] != parameter["name"]] + [(parameter["name"], chance.choice(BAD[parameter["type"]]))]
    elif way == "base parameter":
        key, value = chance.choice([("text_key", "3"), ("batch_size", "'10'"), ("skip_op_error", "1"), ("num_proc", "four"), ("text_keys", "a"), ("turbo", "'on'"), ("min_closed_interval", "0"), ("mem_required", "8GB"), ("batch_size", "2.0"), ("image_key", "[images]")])
        steps[at][1] = [pair for pair in arguments if pair[0] != key] + [(key, value)]
    return steps


def written(steps):
    lines = ["dataset_path: ./data.jsonl", "export_path: ./out/out.jsonl", "process:"]
    for name, arguments in steps:
        lines.append(f"  - {name}:")
        lines += [f"      {key}: {value}" for key, value in arguments]
    return "\n".join(lines) + "\n"


def errors_of(text):
    """What the tool says, as (about, op, name)."""
    path = Path("recipe.yaml")
    path.write_text(text, "utf8")
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
            process = init_configs(["--config", str(path)], load_configs_only=True).process
    except SystemExit:
        return [{"about": "parser", "op": "", "name": said.getvalue().strip().splitlines()[-1][:300]}]
    except Exception as error:
        return [{"about": "parser", "op": "", "name": f"{type(error).__name__}: {error}"[:300]}]
    try:
        preflight.pre_instantiation_check(process)
    except preflight.PipelineConfigError as refused:
        return [entry(error) for error in refused.errors]
    return []


def entry(error):
    quoted = re.search(r"'([^']*)'", error.message)
    about = next(kind for word, kind in [("Unknown operator", "op"), ("Unknown parameter", "parameter"), ("Parameter", "type"), ("Malformed", "entry")] if error.message.startswith(word))
    return {"about": about, "op": error.op_name, "name": quoted.group(1) if quoted else ""}


def main():
    assert set(ops) <= set(OPERATORS.modules), set(ops) - set(OPERATORS.modules)
    ways = ["valid", "unknown op", "unknown parameter", "wrong type", "base parameter"]
    recipes, seen = [], set()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        while len(recipes) < RECIPES:
            way = ways[len(recipes) % len(ways)]
            steps = broken([step(name) for name in chance.sample(sorted(ops), chance.randint(1, 4))], way)
            text = None if steps is None else written(steps)
            if text is None or text in seen:
                continue
            seen.add(text)
            recipes.append({"way": way, "recipe": text, "errors": errors_of(text)})
            if len(recipes) % 50 == 0:
                print(f"{len(recipes)} recipes", file=sys.stderr)
        os.chdir(HERE)
    versions = {name: importlib.metadata.version(name) for name in ["py-data-juicer", "jsonargparse", "PyYAML"]}
    (HERE / f"preflight-{VERSION}.json").write_text(json.dumps({"versions": versions, "seed": SEED, "recipes": recipes}, indent=1) + "\n", "utf8")
    print(f"preflight-{VERSION}.json: {len(recipes)} recipes, {sum(bool(each['errors']) for each in recipes)} of them refused")


main()
