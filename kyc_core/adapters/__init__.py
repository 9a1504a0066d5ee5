"""Reference clients: one module per provider, all keeping the protocol in `kyc_core.adapters.base`."""
