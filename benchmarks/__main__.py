"""``python -m benchmarks``: everything, one part after the other."""

from benchmarks import serving, values

values.main()
serving.main()
