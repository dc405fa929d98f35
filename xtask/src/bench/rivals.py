"""polars, duckdb and numpy in `cargo xtask bench analytics`.

    rivals.py <rival> <folder> <threads>

reads the ratings that the bench has written into <folder> and then does what each line of its input says: `run` groups them by subject,
group and item to n, mean and SD and answers with the seconds it took and the number of cells; `check` writes n and the sum of every cell.
Each rival gets the ratings in memory in its own best layout before its time begins, and keeps its result in its own form.
"""

import os
import sys
import time
from pathlib import Path

rival, folder, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
os.environ["POLARS_MAX_THREADS"] = str(threads)

import numpy

KEYS = ["subject", "group", "item"]
subjects, groups, items, values, lowest = map(int, (folder / "shape").read_text().split())


def columns():
    """The ratings as they were written; the mark instead of the code."""
    column = {
        "subject": numpy.fromfile(folder / "subject.u32", "<u4"),
        "group": numpy.fromfile(folder / "group.u8", "u1"),
        "item": numpy.fromfile(folder / "item.u16", "<u2"),
        "mark": numpy.fromfile(folder / "code.u8", "u1"),
    }
    column["mark"] += lowest
    return column


def write_check(keys, answers, sums):
    """n and the sum of every cell as 64-bit numbers one after the other, in the order of the cube."""
    cell = (keys["subject"].astype("i8") * groups + keys["group"]) * items + keys["item"]
    checked = numpy.zeros((subjects * groups * items, 2), "<u8")
    checked[cell, 0] = answers
    checked[cell, 1] = sums
    checked.tofile(folder / f"{rival}.check")


class Polars:
    engine = "in-memory"

    def __init__(self):
        import polars

        self.polars = polars
        self.version = polars.__version__
        self.ratings = polars.DataFrame(columns())

    def run(self):
        mark = self.polars.col("mark")
        named = [mark.count().alias("n"), mark.mean().alias("mean"), mark.std().alias("sd")]
        return self.ratings.lazy().group_by(KEYS).agg(named).collect(engine=self.engine)

    def check(self):
        mark = self.polars.col("mark").cast(self.polars.UInt64)
        cells = self.ratings.group_by(KEYS).agg(mark.count().alias("n"), mark.sum().alias("sum"))
        write_check({key: cells[key].to_numpy() for key in KEYS}, cells["n"].to_numpy(), cells["sum"].to_numpy())


class PolarsStreaming(Polars):
    engine = "streaming"


class Duckdb:
    def __init__(self):
        import duckdb

        self.version = duckdb.__version__
        self.connection = duckdb.connect(":memory:", config={"threads": threads})
        column = columns()
        self.connection.register("arrived", column)
        self.connection.execute('create table ratings as select subject, "group", item, mark from arrived')
        self.connection.unregister("arrived")

    def run(self):
        # A table, so that the answer stays with the database and no time goes into handing it over.
        self.connection.execute(
            'create or replace temp table answer as select subject, "group", item, count(mark) n, avg(mark) mean, '
            'stddev_samp(mark) sd from ratings group by subject, "group", item'
        )
        return range(self.connection.execute("select count(*) from answer").fetchone()[0])

    def check(self):
        cells = self.connection.execute(
            'select subject, "group", item, count(mark) n, sum(mark)::ubigint sum from ratings group by subject, "group", item'
        ).fetchnumpy()
        write_check(cells, cells["n"], cells["sum"])


class Numpy:
    """The dense count cube in numpy: one bincount, and the figures from the counts."""

    def __init__(self):
        self.version = numpy.__version__
        self.ratings = columns()
        self.marks = numpy.arange(lowest, lowest + values)

    def counts(self):
        # The number of a cell fits in 32 bits. bincount wants 64 and makes them itself.
        place = self.ratings["subject"] * numpy.uint32(groups)
        place += self.ratings["group"]
        place *= numpy.uint32(items)
        place += self.ratings["item"]
        place *= numpy.uint32(values)
        place += self.ratings["mark"] - numpy.uint8(lowest)
        return numpy.bincount(place, minlength=subjects * groups * items * values).reshape(-1, values)

    def run(self):
        counts = self.counts()
        n = counts.sum(axis=1)
        total = counts @ self.marks
        squares = counts @ (self.marks * self.marks)
        with numpy.errstate(divide="ignore", invalid="ignore"):
            mean = total / n
            sd = numpy.sqrt((squares - total * mean) / (n - 1))
        return numpy.flatnonzero(n)

    def check(self):
        counts = self.counts()
        numpy.stack([counts.sum(axis=1), counts @ self.marks], axis=1).astype("<u8").tofile(folder / f"{rival}.check")


contender = {"polars": Polars, "polars-streaming": PolarsStreaming, "duckdb": Duckdb, "numpy": Numpy}[rival]()
print("ready", contender.version, flush=True)
for line in sys.stdin:
    if line.strip() == "run":
        began = time.perf_counter()
        answer = contender.run()
        took = time.perf_counter() - began
        print(took, len(answer), flush=True)
        del answer
    else:
        contender.check()
        print("checked", flush=True)
