"""An organisation's own sign-in (OpenID Connect), as strict as the real ones about what it is asked.

`web` plays core.web.Web. A test changes `claims`, `algorithm` or `signs_with` to make it lie.
"""

import base64
import hashlib
import json
import urllib.parse

from fake_web import FakeWeb, answer
from joserfc import jwk, jwt

ISSUER = "https://sso.ministere.test"
CLIENT = "parution"
SECRET = "un secret: 100 % à nous"


class DirectoryDouble:
    def __init__(self, clock):
        self._clock = clock
        self._count = 0
        self._asked = {}
        self.claims = {"sub": "u-42", "name": "Driss Alami"}
        self.algorithm = "ES256"
        self.issuer = ISSUER
        self.methods = ["client_secret_basic"]
        self.keys = []
        self.rotate()
        self.signs_with = None
        self.web = FakeWeb(
            {
                f"{ISSUER}/.well-known/openid-configuration": self._discovery,
                f"{ISSUER}/keys": self._keys,
                f"{ISSUER}/token": self._token,
            }
        )

    def rotate(self):
        """A new key signs from now on, and the old one is published no more."""
        self._count += 1
        key = jwk.ECKey.generate_key(
            "P-256",
            parameters={"kid": f"key-{self._count}", "use": "sig"},
            private=True,
        )
        self.keys = [key]

    def agree(self, location):
        """What the browser is sent back with, once the person signed in there."""
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
        assert location.startswith(f"{ISSUER}/authorize?")
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self._asked)}"
        self._asked[code] = asked
        return {"code": code, "state": asked["state"]}

    def _discovery(self, ask):
        return json.dumps(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/keys",
                "token_endpoint_auth_methods_supported": self.methods,
            }
        )

    def _keys(self, ask):
        return json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]})

    def _token(self, ask):
        form = dict(urllib.parse.parse_qsl(ask.content.decode()))
        # Once, by who began it, and from where it was begun.
        asked = self._asked.pop(form["code"], None)
        if asked is None or not self._is_client(ask, form):
            return answer(ask.url, b'{"error": "invalid_grant"}', status=400)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        assert challenge == asked["code_challenge"]
        assert form["redirect_uri"] == asked["redirect_uri"]
        return json.dumps(
            {"token_type": "Bearer", "id_token": self._signed(asked["nonce"])}
        )

    def _is_client(self, ask, form):
        if "client_secret_post" in self.methods:
            return form.get("client_secret") == SECRET
        pair = base64.b64decode(ask.headers["Authorization"].split()[1]).decode()
        name, secret = (urllib.parse.unquote(part) for part in pair.split(":"))
        return (name, secret) == (CLIENT, SECRET) and "client_secret" not in form

    def _signed(self, nonce):
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
        } | self.claims
        claims = {name: said for name, said in claims.items() if said is not None}
        if self.algorithm == "none":
            parts = ({"alg": "none", "typ": "JWT"}, claims)
            return ".".join([*(_coded(part) for part in parts), ""])
        key = self.signs_with or self.keys[0]
        header = {"alg": self.algorithm}
        if key.kid:
            header["kid"] = key.kid
        return jwt.encode(header, claims, key, algorithms=[self.algorithm])


def _coded(part):
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
