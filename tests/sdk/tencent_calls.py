"""Calls that are made through whichever official Python SDK is on the path; run as a program, in JSON both ways.

``fields`` prints the members of every request and answer that the SDK knows; ``call`` reads a list of
``[action, parameters]`` and prints what the SDK makes of each answer, or of each error.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.faceid.v20180301 import faceid_client, models


def fields() -> dict[str, list[str]]:
    """Return the members of every request and answer, in the SDK's order."""
    return {
        name: [member.lstrip("_") for member in vars(getattr(models, name)())]
        for name in dir(models)
        if name.endswith(("Request", "Response"))
    }


def call(authority: str, keys: dict[str, str], calls: list[list[Any]]) -> list[dict[str, Any]]:
    """Make calls, and return the members of each answer, or the code of each error."""
    http = HttpProfile(protocol="http", endpoint=authority)
    profile = ClientProfile(signMethod="TC3-HMAC-SHA256", httpProfile=http)
    profile.disable_region_breaker = True
    client = faceid_client.FaceidClient(credential.Credential(keys["secret_id"], keys["secret_key"]), "", profile)
    answers = []
    for action, parameters in calls:
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps(parameters))
        try:
            answer = getattr(client, action)(request)
            answers.append(members(answer))
        except TencentCloudSDKException as refused:
            answers.append({"Code": refused.code})
    return answers


def members(model: Any) -> dict[str, Any]:
    """Return the members of one of the SDK's objects."""
    return {name.lstrip("_"): value for name, value in vars(model).items()}


if __name__ == "__main__":
    document = json.load(sys.stdin)
    print(json.dumps(fields() if document is None else call(**document), default=members))
