"""Where a Milvus is and how one logs in to it; what is secret never shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lpd.errors import LpdError

__all__ = ["MilvusSettings", "milvus_settings"]

_SCHEMES = ("http", "https", "tcp")
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_FORMS = "a file ending in .db (milvus-lite), or http://host:port"


@dataclass(frozen=True, repr=False)
class MilvusSettings:
    """Where a Milvus is and how one logs in to it.

    Args:
        uri: a file ending in .db, opened inside this process, or http(s)://host:port. A user and password in
            it are moved to the token, what follows a question mark is cut off, so it may be shown.
        token: `user:password` or an API key; empty for none. Shown nowhere.
        database: name of the server's database; empty for its default one.

    Raises:
        LpdError: if the URI has neither form; the sentence does not repeat it, for it may hold a password.
    """

    uri: str
    token: str = ""
    database: str = ""

    def __post_init__(self) -> None:
        uri, token = _parted(self.uri)
        object.__setattr__(self, "uri", uri)
        object.__setattr__(self, "token", self.token or token)

    def __repr__(self) -> str:
        return f"MilvusSettings(uri={self.uri!r}, database={self.database!r})"

    @property
    def embedded(self) -> bool:
        """Whether it is a file inside this process."""
        return "://" not in self.uri

    @property
    def on_this_machine(self) -> bool:
        """Whether it is reached without leaving this machine."""
        return self.embedded or urlsplit(self.uri).hostname in _THIS_MACHINE

    def masked(self, text: str) -> str:
        """Returns a text of someone else, such as a server's error, without the token or its password."""
        for secret in (self.token, self.token.partition(":")[2]):
            text = text.replace(secret, "***") if secret else text
        return text


def milvus_settings(environ: Mapping[str, str]) -> MilvusSettings:
    """Returns the settings in LPD_MILVUS_URI, LPD_MILVUS_TOKEN and LPD_MILVUS_DATABASE.

    Raises:
        LpdError: if the URI is missing or no URI.
    """
    uri = environ.get("LPD_MILVUS_URI", "").strip()
    if not uri:
        raise LpdError(
            "nothing says where Milvus is",
            next_step=f"set the environment variable LPD_MILVUS_URI to {_FORMS}",
        )
    return MilvusSettings(
        uri, token=environ.get("LPD_MILVUS_TOKEN", ""), database=environ.get("LPD_MILVUS_DATABASE", "")
    )


def _parted(uri: str) -> tuple[str, str]:
    """Returns the URI without what is secret, and the user and password that it held."""
    if "://" not in uri:
        if not uri.endswith(".db"):
            raise LpdError("this Milvus URI cannot be used", where="LPD_MILVUS_URI", expected=_FORMS)
        return str(Path(uri).expanduser()), ""
    try:
        parts = urlsplit(uri)
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError as error:
        raise LpdError("this Milvus URI cannot be used", where="LPD_MILVUS_URI", expected=_FORMS) from error
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise LpdError("this Milvus URI cannot be used", where="LPD_MILVUS_URI", expected=_FORMS)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    token = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
    return f"{parts.scheme}://{host}{port}{parts.path}", token
