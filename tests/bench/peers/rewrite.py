"""Writes a Parquet file again with one value changed: rewrite.py PATH COLUMN ROW."""
import json
import resource
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq

path, column, row = sys.argv[1], sys.argv[2], int(sys.argv[3])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
begin = time.perf_counter()
table = pq.read_table(path)
index = table.schema.get_field_index(column)
field, values = table.schema.field(index), table.column(index)
edited = pa.array(["a caption that says what is in the picture"], type=values.type)
changed = pa.chunked_array(values.slice(0, row).chunks + [edited] + values.slice(row + 1).chunks, type=values.type)
pq.write_table(table.set_column(index, field, changed), path + ".rewritten", compression="zstd")
ms = (time.perf_counter() - begin) * 1000
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
print(json.dumps({"ms": ms, "memory": memory}))
