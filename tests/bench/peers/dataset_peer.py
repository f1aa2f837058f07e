"""Answers questions about a set of shards over stdin, one JSON object a line, as pandas and pyarrow users ask them.

Request {"tool": "pandas" | "pyarrow", "format": "parquet" | "jsonl", "files", "question"}; answer {"ms"}. The questions
are those of question.ts, and {"kind": "load"}: JSON Lines are read into memory once, as Loupe reads them into a table
once. Parquet is read anew for each question, and of it what the question needs.
"""
import json
import sys
import time

import numpy
import pandas
import pyarrow
import pyarrow.compute as compute
import pyarrow.dataset
import pyarrow.json

PAGE = 100
TOP = 20
QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
BINS = 50


class Arrow:
    """A dataset of pyarrow's: of files, or of a table in memory."""

    def __init__(self, form, files):
        self.form = form
        self.files = files
        self.dataset = pyarrow.dataset.dataset(files, format="parquet") if form == "parquet" else None

    def load(self, _):
        self.dataset = pyarrow.dataset.dataset(pyarrow.concat_tables([pyarrow.json.read_json(file) for file in self.files], promote_options="default"))

    def summary(self, question):
        column = self.dataset.to_table(columns=[question["column"]["name"]]).column(0)
        measure = question["column"]["measure"]
        column.null_count
        if measure == "objects":
            return
        if measure in ("names", "lengths", "numbers"):
            counted = compute.value_counts(column)
            counted.take(compute.array_sort_indices(counted.field(1), order="descending")[:TOP])
        # Dates of JSON are times by now.
        numbers = compute.utf8_length(column) if pyarrow.types.is_string(column.type) else column
        numbers = numbers.cast("int64") if pyarrow.types.is_timestamp(numbers.type) else numbers
        compute.min_max(numbers), compute.mean(numbers), compute.quantile(numbers, QUANTILES, interpolation="lower")
        numpy.histogram(numbers.drop_null().to_numpy(), BINS)
        if measure == "values":
            compute.count_distinct(column)

    def top(self, question):
        column = self.dataset.to_table(columns=[question["column"]]).column(0)
        self.dataset.take(compute.select_k_unstable(pyarrow.table([column], ["x"]), PAGE, [("x", "descending")])).to_pylist()

    def filter(self, question):
        self.dataset.head(PAGE, filter=compute.field(question["column"]) >= question["min"]).to_pylist()

    def count(self, question):
        self.dataset.count_rows(filter=compute.field(question["column"]) >= question["min"])

    def search(self, question):
        tests = [compute.match_substring(compute.field(name), question["text"], ignore_case=True) for name in question["columns"] if pyarrow.types.is_string(self.dataset.schema.field(name).type)]
        any_of = tests[0]
        for test in tests[1:]:
            any_of = any_of | test
        self.dataset.head(PAGE, filter=any_of).to_pylist()


class Pandas:
    def __init__(self, form, files):
        self.files = files
        self.frame = None

    def load(self, _):
        frames = [pandas.read_json(file, lines=True, engine="pyarrow", dtype_backend="pyarrow") for file in self.files]
        self.frame = pandas.concat(frames, ignore_index=True)

    def read(self, columns=None, filters=None):
        if self.frame is not None:
            return self.frame if columns is None else self.frame[columns]
        return pandas.read_parquet(self.files, columns=columns, filters=filters, dtype_backend="pyarrow")

    def summary(self, question):
        name = question["column"]["name"]
        column = self.read([name])[name]
        measure = question["column"]["measure"]
        column.isna().sum()
        if measure == "objects":
            return
        if measure in ("names", "lengths", "numbers"):
            column.value_counts().head(TOP)
        times = pandas.api.types.is_datetime64_any_dtype(column.dtype)
        numbers = (column.str.len() if measure in ("names", "lengths") and not times else column).dropna()
        if times:
            numbers = numbers.astype("datetime64[us]").astype("int64")
        numbers = numbers.to_numpy()
        numbers.min(), numbers.max(), numbers.mean()
        numpy.quantile(numbers, QUANTILES, method="inverted_cdf")
        numpy.histogram(numbers, BINS)
        if measure == "values":
            column.nunique()

    def top(self, question):
        frame = self.read()
        frame.loc[frame[question["column"]].nlargest(PAGE).index].to_dict("records")

    def filter(self, question):
        name = question["column"]
        frame = self.read(filters=[(name, ">=", question["min"])])
        frame[frame[name] >= question["min"]].head(PAGE).to_dict("records")

    def count(self, question):
        name = question["column"]
        (self.read([name])[name] >= question["min"]).sum()

    def search(self, question):
        frame = self.read()
        found = numpy.zeros(len(frame), dtype=bool)
        for name in question["columns"]:
            if not pandas.api.types.is_string_dtype(frame[name].dtype):
                continue
            found |= frame[name].str.contains(question["text"], case=False, regex=False).fillna(False).to_numpy(dtype=bool)
        frame[found].head(PAGE).to_dict("records")


TOOLS = {"pandas": Pandas, "pyarrow": Arrow}


def main():
    # One open set at a time: two in memory would be too much.
    name, opened = None, None
    for line in sys.stdin:
        request = json.loads(line)
        wanted = (request["tool"], request["files"])
        if wanted != name:
            opened = None
            name, opened = wanted, TOOLS[request["tool"]](request["format"], request["files"])
        question = request["question"]
        begin = time.perf_counter()
        getattr(opened, question["kind"])(question)
        print(json.dumps({"ms": (time.perf_counter() - begin) * 1000}), flush=True)


if __name__ == "__main__":
    main()
