"""Writes small NumPy files with numpy, and what numpy reads back from them.

`npm run oracles` runs this in a virtual environment; files and readings are committed. A reading is, by file and array,
{"rows", "values"}: numbers as text with all their digits, texts and truth values as they are, uids in hexadecimal;
of rows that are vectors {"dimension", "norm"} and the items of the first row.
"""
import json
import pathlib

import numpy

FOLDER = pathlib.Path(__file__).parent / "numpy"
FLOATS = [0.0, -0.0, 1.5, 0.1, 1 / 3, 65504.0, 6e-8, 5.960464477539063e-08, 1e-4, 1e-5, 12345.678, 1e15, 1e16, 3e22, 16777216.0, numpy.inf, -numpy.inf, numpy.nan]


def scalars():
    for code in ("f2", "f4", "f8"):
        with numpy.errstate(over="ignore"):
            yield code, numpy.array(FLOATS, code)
    for size in (1, 2, 4, 8):
        low, high = -(2 ** (8 * size - 1)), 2 ** (8 * size - 1) - 1
        yield f"i{size}", numpy.array([low, -1, 0, 1, high], f"i{size}")
        yield f"u{size}", numpy.array([0, 1, 2 ** (8 * size) - 1], f"u{size}")
    yield "bool", numpy.array([True, False, True])
    yield "big-endian", numpy.array([1.5, -2.25, 1e10], ">f4")
    yield "big-endian-int", numpy.array([1, -2, 2**40], ">i8")
    yield "bytes", numpy.array([b"", b"abc", "caf\u00e9".encode(), b"longer text"])
    yield "unicode", numpy.array(["", "abc", "caf\u00e9", "\U0001f600 emoji", "longer text"])
    yield "uids", numpy.array([(0, 0), (1, 2), (2**64 - 1, 2**64 - 1)], "u8,u8")
    yield "uid-matrix", numpy.array([[0, 0], [1, 2], [2**64 - 1, 2**63]], "u8")
    yield "empty", numpy.zeros((0, 512), "f2")


def matrices():
    numbers = numpy.random.default_rng(7)
    yield "vectors-f2", numbers.standard_normal((5, 32)).astype("f2")
    yield "vectors-f4", numbers.standard_normal((5, 512)).astype("f4")
    yield "boxes", numbers.standard_normal((5, 4)).astype("f4")
    yield "planes", numbers.standard_normal((3, 2, 2, 8)).astype("f4")
    yield "counts", numbers.integers(0, 9, (4, 20))


def text(value):
    if isinstance(value, numpy.void):
        return "".join(f"{int(half):016x}" for half in value)
    if isinstance(value, numpy.bytes_):
        return bytes(value).decode()
    if isinstance(value, (numpy.bool_, numpy.str_)):
        return value.item()
    return repr(value.item())


def reading(array):
    if array.dtype == numpy.uint64 and array.ndim == 2 and array.shape[1] == 2:
        return {"rows": len(array), "values": ["".join(f"{int(half):016x}" for half in row) for row in array]}
    if array.ndim == 1:
        return {"rows": len(array), "values": [text(value) for value in array]}
    flat = array.reshape(len(array), int(numpy.prod(array.shape[1:])))
    norms = [{"dimension": flat.shape[1], "norm": float(numpy.linalg.norm(row.astype("f8")))} for row in flat]
    return {"rows": len(array), "vectors": norms, "first": [text(value) for value in flat[0]] if len(flat) else []}


def main():
    FOLDER.mkdir(exist_ok=True)
    found = {}
    plain = dict([*scalars(), *matrices()])
    for name, array in plain.items():
        numpy.save(FOLDER / f"{name}.npy", array)
        found[f"{name}.npy"] = {"array": reading(numpy.load(FOLDER / f"{name}.npy"))}
    for version in ((1, 0), (2, 0), (3, 0)):
        name = f"version-{version[0]}.npy"
        with open(FOLDER / name, "wb") as file:
            numpy.lib.format.write_array(file, numpy.arange(3), version=version)
        found[name] = {"array": reading(numpy.load(FOLDER / name))}
    arrays = {name: plain[name][:3] for name in ("vectors-f2", "f4", "i8")}
    for name, save in (("stored.npz", numpy.savez), ("compressed.npz", numpy.savez_compressed)):
        save(FOLDER / name, **arrays)
        loaded = numpy.load(FOLDER / name)
        found[name] = {array: reading(loaded[array]) for array in loaded.files}
    refused()
    (FOLDER / "readings.json").write_text(json.dumps({"numpy": numpy.__version__, "files": found}, indent=1) + "\n")


def refused():
    numpy.save(FOLDER / "refused-objects.npy", numpy.array([{"a": 1}, None], object), allow_pickle=True)
    numpy.save(FOLDER / "refused-fortran.npy", numpy.asfortranarray(numpy.arange(12.0).reshape(3, 4)))
    numpy.save(FOLDER / "refused-complex.npy", numpy.array([1 + 2j]))
    numpy.save(FOLDER / "refused-records.npy", numpy.zeros(2, [("a", "f4"), ("b", "i4")]))
    numpy.save(FOLDER / "refused-dates.npy", numpy.array(["2024-01-01"], "M8[D]"))
    numpy.save(FOLDER / "refused-value.npy", numpy.float32(1.5))
    numpy.array([{"a": 1}], object).dump(FOLDER / "refused-pickle.npy")
    numpy.savez(FOLDER / "refused-objects.npz", good=numpy.arange(2), bad=numpy.array([{"a": 1}, None], object))


main()
