"""Four gates before a TorchServe, each kept by an implementation of its protocol that is not ours.

    gates.py SETTINGS.json

NTLM (MS-NLMP): pyspnego accepts the client. AWS Signature Version 4: botocore, AWS's own client, signs the same request.
OAuth 2.0 client credentials (RFC 6749, 4.4): Authlib's authorization server. DC/OS: PyJWT verifies the service account's
login token. Whoever is let in gets the answer of the TorchServe behind.
"""

import base64
import hmac
import http.client
import json
import os
import re
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

with open(sys.argv[1]) as file:
    SETTINGS = json.load(file)
os.environ["NTLM_USER_FILE"] = SETTINGS["ntlm"]["users"]
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import jwt  # noqa: E402
import spnego  # noqa: E402
from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, JsonRequest, OAuth2Request  # noqa: E402
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant  # noqa: E402
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload  # noqa: E402
from authlib.oauth2.rfc6750 import BearerTokenGenerator  # noqa: E402
from botocore.auth import SigV4Auth  # noqa: E402
from botocore.awsrequest import AWSRequest  # noqa: E402
from botocore.credentials import Credentials  # noqa: E402
from urllib.parse import parse_qsl  # noqa: E402


class Gate(BaseHTTPRequestHandler):
    """Forwards what `admits` lets in; one object a connection."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if not self.admits():
            return
        upstream = SETTINGS["upstreams"].get(re.split(r"[/?]", self.path)[1])
        if upstream is None:
            return self.reply(404)
        connection = http.client.HTTPConnection(urlsplit(upstream).netloc, timeout=5)
        connection.request("GET", self.path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        self.reply(answer.status, body, [("Content-Type", answer.headers.get("Content-Type", "text/plain"))])

    do_OPTIONS = do_GET


class NtlmGate(Gate):
    """A connection is signed in, as IIS does it."""

    context = None

    def admits(self):
        if self.context is not None and self.context.complete:
            return True
        scheme, _, text = self.headers.get("Authorization", "").partition(" ")
        if scheme != "NTLM":
            self.reply(401, headers=[("WWW-Authenticate", "NTLM")])
            return False
        try:
            if self.context is None:
                self.context = spnego.server(protocol="ntlm")
            token = self.context.step(base64.b64decode(text))
        except spnego.exceptions.SpnegoError:
            self.context = None
            self.reply(401, headers=[("WWW-Authenticate", "NTLM")])
            return False
        if self.context.complete:
            return True
        self.reply(401, headers=[("WWW-Authenticate", "NTLM " + base64.b64encode(token).decode())])
        return False


class AwsGate(Gate):
    def admits(self):
        wanted = SETTINGS["aws"]
        given = self.headers.get("Authorization", "")
        names = re.search(r"SignedHeaders=([^,]+)", given)
        if names is None:
            self.reply(403, b'{"message": "Missing Authentication Token"}')
            return False
        headers = {name: self.headers[name] for name in names[1].split(";")}
        headers["host"] = wanted["host"]
        sent = AWSRequest("GET", f"http://{wanted['host']}{self.path}", headers, b"")
        sent.context["timestamp"] = headers["x-amz-date"]
        signer = SigV4Auth(
            Credentials(wanted["id"], wanted["secret"], wanted["token"]), wanted["service"], wanted["region"]
        )
        to_sign = signer.string_to_sign(sent, signer.canonical_request(sent))
        scope = f"Credential={wanted['id']}/{signer.credential_scope(sent)},"
        is_signed = given.endswith("Signature=" + signer.signature(to_sign, sent)) and scope in given
        has_token = headers.get("x-amz-security-token") == wanted["token"]
        if not (is_signed and has_token and {"host", "x-amz-date"} <= set(headers)):
            self.reply(403, b'{"message": "The request signature we calculated does not match"}')
            return False
        return True


class Client(ClientMixin):
    """The one client that the authorization server knows."""

    def get_client_id(self):
        return SETTINGS["oauth"]["id"]

    def check_client_secret(self, client_secret):
        return hmac.compare_digest(client_secret.encode(), SETTINGS["oauth"]["secret"].encode())

    def check_endpoint_auth_method(self, method, endpoint):
        return method in ("client_secret_basic", "client_secret_post")

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope):
        return scope or "metrics"


class Request(OAuth2Request):
    """A request with the form of its body."""

    def __init__(self, method, uri, headers, form):
        super().__init__(method, uri, headers=headers)
        self.payload = BasicOAuth2Payload(form)
        self.fields = form

    @property
    def form(self):
        return self.fields

    @property
    def args(self):
        return {}


class Grant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]


TOKENS = {}


class Authority(AuthorizationServer):
    """Authlib's server without a web framework."""

    def query_client(self, client_id):
        return Client() if client_id == SETTINGS["oauth"]["id"] else None

    def save_token(self, token, request):
        TOKENS[token["access_token"]] = time.time() + token["expires_in"]

    def create_oauth2_request(self, request):
        return Request(**request)

    def create_json_request(self, request):
        return JsonRequest(request["method"], request["uri"])

    def handle_response(self, status, body, headers):
        return status, json.dumps(body).encode(), headers

    def send_signal(self, name, *args, **kwargs):
        pass


AUTHORITY = Authority()
AUTHORITY.register_grant(Grant)
AUTHORITY.register_token_generator(
    "default",
    BearerTokenGenerator(
        lambda **_: secrets.token_urlsafe(24), expires_generator=lambda *_: SETTINGS["oauth"]["expires_in"]
    ),
)


class TokenGate(Gate):
    """Tokens from `POST /oauth` or `POST /dcos`, wanted for everything else."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/oauth":
            request = {
                "method": "POST",
                "uri": f"http://{self.headers['Host']}/oauth",
                "headers": {name.title(): value for name, value in self.headers.items()},
                "form": dict(parse_qsl(body.decode(), keep_blank_values=True)),
            }
            status, answer, headers = AUTHORITY.create_token_response(request)
            return self.reply(status, answer, headers)
        if self.path == "/dcos":
            return self.sign_in(json.loads(body))
        return self.reply(404)

    def sign_in(self, given):
        with open(SETTINGS["dcos"]["public_key"]) as file:
            key = file.read()
        try:
            claims = jwt.decode(given["token"], key, algorithms=["RS256"], options={"require": ["exp", "uid"]})
        except jwt.InvalidTokenError as error:
            return self.reply(401, json.dumps({"title": str(error)}).encode())
        if claims["uid"] != given["uid"] or given["uid"] != SETTINGS["dcos"]["uid"]:
            return self.reply(401, b'{"title": "no such account"}')
        token = secrets.token_urlsafe(24)
        TOKENS[token] = time.time() + 3600
        self.reply(200, json.dumps({"token": token}).encode(), [("Content-Type", "application/json")])

    def admits(self):
        given = re.fullmatch(r"(?:Bearer |token=)(\S+)", self.headers.get("Authorization", ""))
        if given is not None and TOKENS.get(given[1], 0) > time.time():
            return True
        self.reply(401, headers=[("WWW-Authenticate", "Bearer")])
        return False


for name, gate in {"ntlm": NtlmGate, "aws": AwsGate, "token": TokenGate}.items():
    server = ThreadingHTTPServer(("127.0.0.1", SETTINGS["ports"][name]), gate)
    threading.Thread(target=server.serve_forever).start()
