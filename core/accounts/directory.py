"""Signing in by the organisation's own directory: OpenID Connect, authorization code with PKCE.

discovery -> the person signs in there -> code -> ID token, its signature and claims checked
-> who it is. What the directory says is read as any stranger's text: bounded and by type.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from core.clock import Timer
from core.errors import BadInput, Unavailable
from core.settings import Directory as Settings
from core.values import Role
from core.web import Fetched, Web
from core.wording import worded

# Never "none", and nothing that is signed with a secret we share.
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
_KEPT_SECONDS: Final = 3600.0
# Whoever sends tokens of unknown keys does not make us ask for keys all the time.
_AGAIN_SECONDS: Final = 30.0
_LEEWAY_SECONDS: Final = 60
_LONGEST: Final = 255
_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who the directory says somebody is; the role is the one its claim means here."""

    issuer: str
    subject: str
    name: str
    role: Role | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """Something the directory published, and when we read it."""

    value: Mapping[str, Any]
    at: float


class Directory:
    """The conversation with one directory. Safe to use from many threads."""

    def __init__(self, settings: Settings, *, web: Web, timer: Timer) -> None:
        self._settings = settings
        self._web = web
        self._timer = timer
        self._lock = threading.Lock()
        self._read: dict[str, _Read] = {}

    def way_in(self, *, back: str, state: str, nonce: str, verifier: str) -> str:
        """The address where the person signs in. Raises Unavailable."""
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": back,
            "scope": " ".join(dict.fromkeys(("openid", *self._settings.scopes))),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        there = self._endpoint("authorization_endpoint")
        return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"

    def who(self, code: str, *, back: str, nonce: str, verifier: str) -> Person:
        """Whom *code* stands for. Raises Unavailable, or BadInput for a token that lies."""
        token = self._token(code, back=back, verifier=verifier)
        claims = self._claims(token, nonce=nonce)
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST:
            raise _untrue()
        return Person(
            issuer=self._settings.issuer,
            subject=subject,
            name=_name(claims),
            role=self._role(claims),
        )

    def _token(self, code: str, *, back: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
            "client_id": self._settings.client_id,
        }
        secret, headers = self._settings.client_secret.get_secret_value(), {}
        if secret and self._takes_basic():
            pair = (
                f"{quote(self._settings.client_id, safe='')}:{quote(secret, safe='')}"
            )
            headers = {
                "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"
            }
        elif secret:
            form["client_secret"] = secret
        answer = self._web.post(
            self._endpoint("token_endpoint"),
            body=urlencode(form).encode(),
            content_type="application/x-www-form-urlencoded",
            headers={"Accept": "application/json"} | headers,
        )
        token = _object(answer).get("id_token")
        if not isinstance(token, str):
            raise _untrue()
        return token

    def _claims(self, token: str, *, nonce: str) -> Mapping[str, Any]:
        """What a genuine token says. A key we do not know is looked for once more."""
        try:
            try:
                decoded = self._decoded(token, age=_KEPT_SECONDS)
            except (JoseError, ValueError):
                decoded = self._decoded(token, age=_AGAIN_SECONDS)
            jwt.JWTClaimsRegistry(
                now=int(self._timer.stamp().timestamp()),
                leeway=_LEEWAY_SECONDS,
                iss={"essential": True, "value": self._settings.issuer},
                aud={"essential": True, "value": self._settings.client_id},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
                azp={"value": self._settings.client_id},
            ).validate(dict(decoded))
        except (JoseError, ValueError, TypeError) as error:
            raise _untrue() from error
        return decoded

    def _decoded(self, token: str, *, age: float) -> Mapping[str, Any]:
        keys = KeySet.import_key_set(
            dict(self._published(self._endpoint("jwks_uri"), age=age))  # type: ignore[arg-type]
        )
        return jwt.decode(token, keys, algorithms=list(_ALGORITHMS)).claims

    def _endpoint(self, name: str) -> str:
        there = self._discovered().get(name)
        if not isinstance(there, str) or not there.startswith(("https://", "http://")):
            raise _not_read()
        if self._settings.issuer.startswith("https://") and there.startswith("http://"):
            raise _not_read()
        return there

    def _takes_basic(self) -> bool:
        methods = self._discovered().get("token_endpoint_auth_methods_supported")
        return not isinstance(methods, list) or "client_secret_basic" in methods

    def _discovered(self) -> Mapping[str, Any]:
        place = "/.well-known/openid-configuration"
        found = self._published(
            self._settings.issuer.rstrip("/") + place, age=_KEPT_SECONDS
        )
        # Another's description would send people, and our secret, elsewhere.
        if found.get("issuer") != self._settings.issuer:
            raise _not_read()
        return found

    def _published(self, url: str, *, age: float) -> Mapping[str, Any]:
        """What stands at *url*, read again when it is older than *age* seconds."""
        with self._lock:
            now = self._timer.monotonic()
            known = self._read.get(url)
            if known is None or now - known.at >= age:
                known = _Read(value=_object(self._web.get(url, robots=False)), at=now)
                self._read[url] = known
            return known.value

    def _role(self, claims: Mapping[str, Any]) -> Role | None:
        """The first role that a value of the claim means, in the order of the setting."""
        said = claims.get(self._settings.roles_claim)
        values = said if isinstance(said, list) else [said]
        return next(
            (role for value, role in self._settings.roles.items() if value in values),
            None,
        )


def challenge_of(verifier: str) -> str:
    """What is said of the verifier before it is shown (RFC 7636)."""
    made = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _name(claims: Mapping[str, Any]) -> str:
    for claim in ("name", "preferred_username", "email"):
        said = claims.get(claim)
        if isinstance(said, str) and said.strip():
            return said.strip()
    return ""


def _object(answer: Fetched) -> Mapping[str, Any]:
    try:
        read = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise _not_read() from error
    if answer.status != _OK or not isinstance(read, dict):
        raise _not_read()
    return read


def _not_read() -> Unavailable:
    return Unavailable(
        worded("Your organisation's directory does not answer as it should."),
        to="web.oidc",
        mend=worded("Sign in with a password of this office, or try again later."),
    )


def _untrue() -> BadInput:
    return BadInput(
        worded("Your organisation's directory did not say who you are."),
        to="web.oidc",
        mend=worded("Begin again; if it stays so, tell an administrator."),
    )
