"""Provider signature schemes: one module each, with ``sign``, ``verify`` and the causes of a mismatch."""
