"""Two lists of invented people over one population, and what is wrong in them, for measuring linkage where the answers are known.

`python -m bench.faults FOLDER --theirs 1000 --ours 10000 --seed 1` writes first `truth.parquet`: who there is, in which list, under which
numbers, and how everybody is really called. That file is then closed and made read-only. From it alone the lists are made, with named
faults at stated rates (`tables/rates.toml`): `ours.parquet` of known people and `theirs.parquet` of prisoners; in `faults.parquet` which
record suffered what; in `made.json` the seed, the digest of the truth, and how often each fault could strike and did. The same seed gives
the same bytes. Nothing here may know anything of longstop: whoever grades must not share a mistake with whom they grade.
"""
