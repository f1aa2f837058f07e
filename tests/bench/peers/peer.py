"""Answers timing requests over stdin, one JSON object a line: what another tool needs for the same rows.

Request {"tool", "path", "action": "open" | "rows", "start", "count"}; answer {"ms", "rows"}.
What a tool keeps between requests is kept here too: the comparison is with a warm peer, not with its start.
"""
import json
import sys
import tarfile
import time


def parquet_rows(path, start, count, state):
    import pyarrow.parquet as pq

    file = state.get(path)
    if file is None or start is None:
        file = state[path] = pq.ParquetFile(path, memory_map=False)
    start = start or 0
    first = 0
    rows = 0
    for group in range(file.metadata.num_row_groups):
        size = file.metadata.row_group(group).num_rows
        if first + size > start and first < start + count:
            table = file.read_row_group(group)
            piece = table.slice(max(0, start - first), count - rows)
            rows += len(piece.to_pylist())
        first += size
        if rows >= count:
            break
    return rows


def json_rows(path, start, count, state):
    rows = 0
    with open(path, "rb") as file:
        for number, line in enumerate(file):
            if number < (start or 0):
                continue
            json.loads(line)
            rows += 1
            if rows >= count:
                break
    return rows


def tar_rows(path, start, count, state):
    rows = 0
    skip = start or 0
    with tarfile.open(path, "r:") as archive:
        previous = None
        for member in archive:
            key = member.name.split(".", 1)[0]
            if key != previous:
                previous = key
                if skip > 0:
                    skip -= 1
                    continue
                if rows >= count:
                    break
                rows += 1
            elif skip > 0 and rows == 0:
                continue
            if rows > 0:
                archive.extractfile(member).read()
    return rows


TOOLS = {"pyarrow": parquet_rows, "json": json_rows, "tarfile": tar_rows}


def main():
    state = {}
    for line in sys.stdin:
        request = json.loads(line)
        begin = time.perf_counter()
        rows = TOOLS[request["tool"]](request["path"], request.get("start"), request["count"], state)
        print(json.dumps({"ms": (time.perf_counter() - begin) * 1000, "rows": rows}), flush=True)


if __name__ == "__main__":
    main()
