"""What pyarrow, Python's json, csv and tarfile, webdataset, numpy and PyYAML read of the files that Loupe exports.

`npm run oracles` writes the files, runs this in a virtual environment and keeps the readings: by file its SHA-256,
where the bytes are the same everywhere, and what was read; a file a line. Numbers are text with all their digits, bytes hexadecimal.
"""
import csv
import decimal
import gzip
import hashlib
import importlib.metadata
import io
import json
import math
import pathlib
import sys
import tarfile

import numpy
import pyarrow
import pyarrow.parquet
import webdataset
import yaml

FOLDER = pathlib.Path(sys.argv[1])
OUT = pathlib.Path(__file__).parent / "export" / "readings.json"


def plain(value):
    """A value as JSON that loses nothing."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, decimal.Decimal)):
        return {"number": str(value)}
    if isinstance(value, float):
        return {"number": "nan" if math.isnan(value) else repr(value)}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, dict):
        return {"fields": [[key, plain(item)] for key, item in value.items()]}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return str(value)


def pairs(found):
    return {"fields": [[key, item] for key, item in found]}


def record(line):
    """Python's json, each number as it is written and each key as often as it is there."""
    number = lambda text: {"number": text}
    return json.loads(line, parse_int=number, parse_float=number, parse_constant=number, object_pairs_hook=pairs)


def parquet(path):
    table = pyarrow.parquet.read_table(path)
    return {"types": [str(field.type) for field in table.schema], "names": table.column_names, "rows": [plain(list(row.values())) for row in table.to_pylist()]}


def lines(data):
    return {"rows": [record(line) for line in data.decode().splitlines() if line]}


def tar(path):
    with tarfile.open(path) as archive:
        members = [[member.name, {"bytes": archive.extractfile(member).read().hex()}] for member in archive]
    samples = [
        [sample["__key__"], sorted(name for name in sample if not name.startswith("__"))]
        for sample in webdataset.WebDataset(str(path), shardshuffle=False)
    ]
    return {"members": members, "samples": samples}


def read(path):
    if path.suffix == ".parquet":
        return parquet(path)
    if path.name.endswith(".jsonl.gz"):
        return lines(gzip.decompress(path.read_bytes()))
    if path.name.endswith(".jsonl.zst"):
        with pyarrow.CompressedInputStream(str(path), "zstd") as stream:
            return lines(stream.read())
    if path.suffix == ".md":
        head = path.read_text().split("---\n")[1]
        return {"text": head, "head": yaml.safe_load(head)}
    if path.suffix == ".jsonl":
        return lines(path.read_bytes())
    if path.suffix == ".csv":
        return {"rows": list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))}
    if path.suffix == ".tar":
        return tar(path)
    if path.suffix == ".npy":
        array = numpy.load(path)
        return {"dtype": str(array.dtype), "sorted": bool((numpy.sort(array) == array).all()), "rows": [f"{int(high):016x}{int(low):016x}" for high, low in array]}
    return {"rows": path.read_text().splitlines()}


def main():
    versions = {name: importlib.metadata.version(name) for name in ("pyarrow", "numpy", "webdataset", "pyyaml")}
    versions["python"] = sys.version.split()[0]
    files = {}
    for path in sorted(FOLDER.iterdir()):
        # Compressed bytes depend on the version of the compressor.
        digest = {} if path.suffix in (".gz", ".zst", ".parquet", ".md") else {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        files[path.name] = {**digest, **read(path)}
    readings = ",\n".join(f"{json.dumps(name)}: {json.dumps(reading)}" for name, reading in files.items())
    OUT.write_text(f'{{"versions": {json.dumps(versions)},\n"files": {{\n{readings}\n}}}}\n')


main()
