"""The upstream itself: one engine without I/O, many thin doors. May import `contracts` and `kyc_core`."""
