"""The suites below are what users write; tests beside them copy and run them as users would."""

from __future__ import annotations

collect_ignore = ["onboarding"]
