"""``python -m benchmarks``: everything, one part after the other."""

from benchmarks import serving, upi, values

values.main()
upi.main()
serving.main()
