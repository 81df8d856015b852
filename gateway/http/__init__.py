"""What both API clients share: requests as data, the transport with its lease check, rate budget, error table."""

from gateway.http.budget import RateBudget, worker_share
from gateway.http.errors import Rule, classify, login_error
from gateway.http.lists import Listed
from gateway.http.login import Login, Token
from gateway.http.messages import Licence, Request, Response, TooLarge, Upload
from gateway.http.silence import Silence
from gateway.http.transport import HttpTransport

__all__ = [
    "HttpTransport",
    "Licence",
    "Listed",
    "Login",
    "RateBudget",
    "Request",
    "Response",
    "Rule",
    "Silence",
    "Token",
    "TooLarge",
    "Upload",
    "classify",
    "login_error",
    "worker_share",
]
