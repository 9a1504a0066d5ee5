"""Hypothesis strategies for mainland-China identity data: valid by construction, broken on purpose."""
