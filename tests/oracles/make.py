"""Writes small Parquet files with pyarrow, and beside each what pyarrow reads back from it.

`npm run oracles` runs this in a virtual environment; files and readings are committed, so that `npm test` needs
no Python. A reading is {"versions", "rows", "columns": {name: [value]}} with every value in an exact form:
null, true, "text", {"n": number as text}, {"t": ISO time}, {"b": hex}, {"l": [...]}, {"s": [[name, value]]},
{"m": [[key, value]]}.
"""
import datetime
import decimal
import json
import math
import pathlib
import sys

import numpy
import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = pathlib.Path(__file__).parent / "pyarrow"
ROWS = 50
UTC = datetime.timezone.utc
MOMENT = datetime.datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC)


def some(values):
    """Every seventh value is null."""
    return [None if i % 7 == 3 else value for i, value in enumerate(values)]


def integers():
    limits = {
        pa.int8(): (-128, 127), pa.int16(): (-(2**15), 2**15 - 1), pa.int32(): (-(2**31), 2**31 - 1),
        pa.int64(): (-(2**63), 2**63 - 1), pa.uint8(): (0, 255), pa.uint16(): (0, 2**16 - 1),
        pa.uint32(): (0, 2**32 - 1), pa.uint64(): (0, 2**64 - 1),
    }
    return pa.table({str(t): pa.array(some([low + i if i % 2 else high - i for i in range(ROWS)]), t) for t, (low, high) in limits.items()})


def decimals():
    def column(precision, scale, kind):
        digits = int("9" * precision)
        with decimal.localcontext(prec=90):
            return pa.array(some([decimal.Decimal((digits - i) * (-1) ** i).scaleb(-scale) for i in range(ROWS)]), kind(precision, scale))

    return pa.table({f"d{p}_{s}": column(p, s, pa.decimal128) for p, s in [(3, 0), (9, 4), (18, 2), (19, 19), (38, 0), (38, 37)]})


def floats():
    values = [0.0, -0.0, 1.5, -1e300, 1e-300, 0.1, math.pi, 65504.0, math.inf, -math.inf, math.nan] * 5
    small = [min(max(v, -60000.0), 60000.0) for v in values]
    return pa.table({
        "double": pa.array(some(values[:ROWS]), pa.float64()),
        "float": pa.array(some([float(numpy.float32(v)) for v in small[:ROWS]]), pa.float32()),
        "half": pa.array([None if v is None else numpy.float16(v) for v in some(small[:ROWS])], pa.float16()),
    })


def times():
    days = [MOMENT + datetime.timedelta(days=37 * i, microseconds=i) for i in range(ROWS)]
    naive = [d.replace(tzinfo=None) for d in days]
    return pa.table({
        "date": pa.array(some([d.date() for d in days]), pa.date32()),
        "ms": pa.array(some([d.replace(microsecond=123000) for d in naive]), pa.timestamp("ms")),
        "us": pa.array(some(naive), pa.timestamp("us")),
        "ns": pa.array(some(naive), pa.timestamp("ns")),
        "us_utc": pa.array(some(days), pa.timestamp("us", "UTC")),
        "us_zone": pa.array(some(days), pa.timestamp("us", "Europe/Paris")),
        "time_us": pa.array(some([d.time() for d in naive]), pa.time64("us")),
        "old": pa.array(some([d.replace(year=1900 + i, day=7) for i, d in enumerate(naive)]), pa.timestamp("us")),
    })


def texts():
    words = ["", "plain", "two\nlines", "caf\u00e9", "\U0001f600 emoji", "null", "\x00nul", "\u202eright", "x" * 3000, '"quoted"']
    return pa.table({
        "utf8": pa.array(some(words * 5)),
        "large": pa.array(some(words * 5), pa.large_string()),
        "dictionary": pa.array(some(words * 5)).dictionary_encode(),
        "bytes": pa.array(some([bytes(range(i)) for i in range(ROWS)])),
        "fixed": pa.array(some([bytes([i] * 4) for i in range(ROWS)]), pa.binary(4)),
        "flag": pa.array(some([i % 3 == 0 for i in range(ROWS)])),
        "nothing": pa.array([None] * ROWS, pa.int32()),
    })


def nested():
    box = pa.struct([("label", pa.string()), ("box", pa.list_(pa.float32(), 4)), ("score", pa.float64())])
    boxes = [[{"label": f"l{j}", "box": [i, j, 1.5, None], "score": j / 3} for j in range(i % 4)] for i in range(ROWS)]
    return pa.table({
        "list": pa.array(some([list(range(i % 5)) for i in range(ROWS)]), pa.list_(pa.int64())),
        "large_list": pa.array(some([[str(j) for j in range(i % 5)] for i in range(ROWS)]), pa.large_list(pa.string())),
        "deep": pa.array(some([[[j] * j for j in range(i % 4)] for i in range(ROWS)]), pa.list_(pa.list_(pa.int32()))),
        "struct": pa.array(some([{"a": i, "b": None if i % 2 else {"c": str(i)}} for i in range(ROWS)])),
        "boxes": pa.array(some(boxes), pa.list_(box)),
        "map": pa.array(some([[(f"k{j}", j * 2**60) for j in range(i % 3)] for i in range(ROWS)]), pa.map_(pa.string(), pa.int64())),
        "image": pa.array(some([{"bytes": b"\xff\xd8\xff" + bytes([i]), "path": f"{i}.jpg"} for i in range(ROWS)])),
        "embedding": pa.array([[math.sin(i + j) for j in range(64)] for i in range(ROWS)], pa.list_(pa.float32())),
    })


def encodings():
    return pa.table({
        "delta_int": pa.array(some([i * i for i in range(ROWS)]), pa.int64()),
        "delta_length": pa.array(some([f"text {i}" for i in range(ROWS)])),
        "delta_bytes": pa.array(some([f"prefix/of/path/{i}" for i in range(ROWS)])),
        "split_float": pa.array(some([i / 7 for i in range(ROWS)]), pa.float32()),
        "split_double": pa.array(some([i / 7 for i in range(ROWS)]), pa.float64()),
        "split_int": pa.array(some([i * 1000 for i in range(ROWS)]), pa.int32()),
        "plain": pa.array(some([f"{i}" for i in range(ROWS)])),
        "rle_flag": pa.array(some([i % 5 == 0 for i in range(ROWS)])),
    })


def pages():
    """Bytes and texts, alone and inside lists and structs, some of them longer than a page."""
    words = ["", "plain", "caf\u00e9", "\U0001f600", "x" * 90, "same", "same again"]
    text = [words[i % len(words)] + (str(i) if i % 3 else "") for i in range(ROWS)]
    picture = [{"bytes": bytes([i % 256] * (i * 7 % 90)), "path": f"folder/{i // 4}.jpg"} for i in range(ROWS)]
    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    return pa.table({
        "text": pa.array(some(text)),
        "required": pa.array(text),
        "bytes": pa.array(some([item["bytes"] for item in picture]), pa.binary()),
        "fixed": pa.array(some([bytes([i, i * 3 % 256, 7]) for i in range(ROWS)]), pa.binary(3)),
        "image": pa.array(some([{**item, "bytes": None if i % 5 == 1 else item["bytes"]} for i, item in enumerate(picture)]), image),
        "texts": pa.array(some([[None if j % 4 == 2 else text[(i + j) % ROWS] for j in range(i % 6)] for i in range(ROWS)])),
        "images": pa.array(some([[picture[(i + j) % ROWS] for j in range(i * 5 % 7)] for i in range(ROWS)]), pa.list_(image)),
        "deep": pa.array(some([[[text[j]] * (j % 3) for j in range(i % 4)] for i in range(ROWS)]), pa.list_(pa.list_(pa.string()))),
    })


PAGE_ENCODINGS = {
    "text": "DELTA_BYTE_ARRAY", "required": "DELTA_LENGTH_BYTE_ARRAY", "bytes": "DELTA_LENGTH_BYTE_ARRAY", "fixed": "BYTE_STREAM_SPLIT",
    "image.bytes": "PLAIN", "image.path": "DELTA_BYTE_ARRAY", "texts.list.element": "DELTA_BYTE_ARRAY",
}


ENCODINGS = {
    "delta_int": "DELTA_BINARY_PACKED", "delta_length": "DELTA_LENGTH_BYTE_ARRAY", "delta_bytes": "DELTA_BYTE_ARRAY",
    "split_float": "BYTE_STREAM_SPLIT", "split_double": "BYTE_STREAM_SPLIT", "split_int": "BYTE_STREAM_SPLIT",
    "plain": "PLAIN", "rle_flag": "RLE",
}


def exact(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, decimal.Decimal)):
        return {"n": format(value, "f") if isinstance(value, decimal.Decimal) else str(value)}
    if isinstance(value, (float, numpy.floating)):
        return {"n": repr(float(value))}
    if isinstance(value, bytes):
        return {"b": value.hex()}
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return {"t": value.astimezone(UTC).isoformat() if getattr(value, "tzinfo", None) else value.isoformat()}
    if isinstance(value, dict):
        return {"s": [[name, exact(item)] for name, item in value.items()]}
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return {"m": [[exact(key), exact(item)] for key, item in value]}
    if isinstance(value, (list, tuple)):
        return {"l": [exact(item) for item in value]}
    raise TypeError(type(value))


def reading_of(field, values):
    """An empty map is an empty list in Python: only the type tells them apart."""
    empty = {"m": []} if pa.types.is_map(field.type) else {"l": []}
    return [empty if value == [] else exact(value) for value in values]


def write(name, table, **options):
    path = FOLDER / f"{name}.parquet"
    pq.write_table(table, path, row_group_size=17, **options)
    back = pq.read_table(path)
    reading = {
        "versions": {"pyarrow": pa.__version__, "python": sys.version.split()[0]},
        "rows": back.num_rows,
        "columns": {field.name: reading_of(field, back[field.name].to_pylist()) for field in back.schema},
    }
    path.with_suffix(".json").write_text(json.dumps(reading, separators=(",", ":")) + "\n")


def main():
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    write("integers", integers())
    write("decimals", decimals())
    write("floats", floats())
    write("times", times(), version="2.6")
    write("int96", times().select(["us", "ns"]), use_deprecated_int96_timestamps=True)
    write("texts", texts(), write_page_index=True)
    write("nested", nested())
    write("encodings", encodings(), use_dictionary=False, column_encoding=ENCODINGS, data_page_version="2.0")
    for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
        write(f"codec-{codec}", integers().select(["int64"]), compression=codec)
    small = {"data_page_size": 1, "write_batch_size": 3}
    write("pages-dictionary", pages(), **small)
    write("pages-second-index", pages(), data_page_version="2.0", write_page_index=True, compression="zstd", **small)
    write("pages-index", pages(), use_dictionary=False, write_page_index=True, compression="gzip", **small)
    write("pages-plain", pages(), use_dictionary=False, compression="none", **small)
    write("pages-brotli", pages(), use_dictionary=False, data_page_version="2.0", compression="brotli", **small)
    write("pages-lz4", pages(), use_dictionary=False, compression="lz4", **small)
    # DuckDB reads no BYTE_STREAM_SPLIT of fixed bytes: in the other files that column is plain.
    write("pages-delta", pages(), use_dictionary=False, column_encoding=PAGE_ENCODINGS, **small)


if __name__ == "__main__":
    main()
