"""``/__admin``: steer the simulator and ask it why.

May import the engine and its colleagues, no provider's room; only `simulator.app` imports it.

One table of operations (`simulator.admin.table.ROUTES`) makes both Flask's routes and the OpenAPI description.
"""

from simulator.admin.blueprint import create_blueprint as create_blueprint
