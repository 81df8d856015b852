"""What both API clients share: requests as data, transport with lease checks, rate budget, error table, answers."""

from gateway.http.answers import Answers, Entries, Reply, reading
from gateway.http.budget import RateBudget, worker_share
from gateway.http.calls import Calls
from gateway.http.errors import Rule, classify
from gateway.http.lists import Listed
from gateway.http.login import Login, Secret, Token
from gateway.http.messages import CallLease, Request, Response, TooLarge, Upload
from gateway.http.outage import Outage
from gateway.http.transport import HttpTransport
from gateway.http.turns import in_turns

__all__ = [
    "Answers",
    "CallLease",
    "Calls",
    "Entries",
    "HttpTransport",
    "Listed",
    "Login",
    "Outage",
    "RateBudget",
    "Reply",
    "Request",
    "Response",
    "Rule",
    "Secret",
    "Token",
    "TooLarge",
    "Upload",
    "classify",
    "in_turns",
    "reading",
    "worker_share",
]
