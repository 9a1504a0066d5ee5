"""What everything is measured against: the least a Flask application can do for the same request."""

from flask import Flask

app = Flask("hello")


@app.post("/tencent")
def hello() -> tuple[str, int, dict[str, str]]:
    """Answer without looking."""
    return '{"Response":{"Result":"0"}}', 200, {"Content-Type": "application/json"}
