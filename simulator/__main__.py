"""``python -m simulator`` is ``kyc-sim``."""

from simulator.cli import main

main()
