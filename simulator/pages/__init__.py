"""Pages for people, below ``/__verify``: what a provider's own pages would have its users do.

May depend on Flask and on everything below it in `simulator`; no provider knows of it.
"""

from simulator.pages.verification import create_blueprint as create_blueprint
