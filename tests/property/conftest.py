"""Laws are about values, not about time: on a busy machine a single slow run says nothing."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("without deadlines", deadline=None)
settings.load_profile("without deadlines")
