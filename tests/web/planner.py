"""Somebody who edits drafts over HTTP."""

import http.client
import json
import urllib.parse


class Planner:
    """A planner signed in to a running server."""

    def __init__(self, place, login, password):
        self.connection = http.client.HTTPConnection(place, timeout=60)
        self.cookie, self.token = "", ""
        self.token = self.send("GET", "/api/v1/me")[1]["csrf_token"]
        form = urllib.parse.urlencode({"login": login, "password": password, "csrf_token": self.token})
        self.send("POST", "/signin", form, "application/x-www-form-urlencoded")
        self.token = self.send("GET", "/api/v1/me")[1]["csrf_token"]

    def close(self):
        """Close the connection."""
        self.connection.close()

    def send(self, method, address, body=None, kind="application/json"):
        """Return (status, JSON of the answer or None)."""
        text = json.dumps(body) if isinstance(body, dict) else body
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.token, "Content-Type": kind, "Accept-Language": "en"}
        self.connection.request(method, address, text, headers)
        answer = self.connection.getresponse()
        words = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and value.startswith("gridmgr="):
                self.cookie = value.split(";")[0]
        is_json = "json" in (answer.getheader("Content-Type") or "")
        return answer.status, json.loads(words) if is_json else None
