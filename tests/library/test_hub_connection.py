"""Every way in which a connection fails is an error of its own, and nobody is asked who was not named."""

from __future__ import annotations

import datetime
import http.server
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseServer
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from huggingface_hub import constants
from tests.hub.exchange import Answer, redirect, text_answer
from tests.hub.faults import API, RESOLVE
from tests.hub.loopback import LoopbackHub

from app.domain.errors import (
    AppError,
    HubAnswerBad,
    HubBusy,
    HubFailed,
    NetworkForbidden,
    NetworkSwitchedOff,
    NetworkUnreachable,
    ProxyFailed,
    TlsFailed,
    TokenRefused,
)
from app.library import hub_connection
from app.library.hub import Hub
from app.library.hub_connection import HubConnection
from app.library.hub_files import HubFiles

NOBODY = "127.0.0.1:9"


def failure(endpoint: str, *, stall_s: float = 5) -> AppError:
    """Returns the error of a search; every other request fails alike."""
    with pytest.raises(AppError) as caught:
        Hub(HubConnection(endpoint, stall_s=stall_s)).search("x")
    return caught.value


def test_nobody_answers() -> None:
    error = failure(f"http://{NOBODY}")
    assert type(error) is NetworkUnreachable
    assert error.values == {"host": NOBODY}


def test_a_name_that_is_none() -> None:
    assert type(failure("http://hub.invalid")) is NetworkUnreachable


def test_a_hub_that_says_nothing(hub: LoopbackHub) -> None:
    stall = hub.faults.stall_after(0, places=API)
    assert type(failure(hub.endpoint, stall_s=0.2)) is NetworkUnreachable
    assert stall.happened == 1, "it is not asked again unseen"


def test_offline(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert type(failure(hub.endpoint)) is NetworkForbidden
    assert hub.requests.all() == []


@pytest.mark.parametrize("seconds", [0, 3600])
def test_a_busy_hub_is_told_at_once(hub: LoopbackHub, seconds: int) -> None:
    hub.faults.rate_limit(seconds)
    error = failure(hub.endpoint)
    assert type(error) is HubBusy
    assert error.values == {"host": hub.endpoint.removeprefix("http://"), "seconds": str(seconds)}
    assert len(hub.requests.all()) == 1


def test_a_hub_that_fails(hub: LoopbackHub) -> None:
    hub.faults.break_down()
    error = failure(hub.endpoint)
    assert type(error) is HubFailed
    assert error.values["status"] == "500"


def test_what_is_no_json(hub: LoopbackHub) -> None:
    hub.faults.malformed()
    assert type(failure(hub.endpoint)) is HubAnswerBad


def test_json_that_is_too_deep(hub: LoopbackHub) -> None:
    hub.faults.answer(text_answer(200, "[" * 200_000, "application/json"))
    assert type(failure(hub.endpoint)) is HubAnswerBad


def test_an_answer_without_an_end(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_connection, "LONGEST_ANSWER", 1 << 20)
    hub.faults.endless()
    error = failure(hub.endpoint)
    assert type(error) is HubAnswerBad
    assert error.values["reason"] == "an answer without an end"


def test_an_answer_that_takes_too_long(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_connection, "ANSWER_WITHIN_S", -1)
    hub.faults.endless()
    assert type(failure(hub.endpoint)) is HubAnswerBad


def test_a_redirect_to_itself(hub: LoopbackHub) -> None:
    hub.faults.redirect_loop(places=API)
    assert type(failure(hub.endpoint)) is HubAnswerBad
    hub.faults.redirect_loop(places=RESOLVE)
    connection = HubConnection(hub.endpoint)
    with HubFiles(connection) as files, pytest.raises(HubAnswerBad), connection.translated():
        files.resolve("owner/name", "main", "a.gguf")
    assert len(hub.requests.all()) < 40


def test_an_answer_is_asked_of_the_hub_alone(hub: LoopbackHub) -> None:
    with LoopbackHub() as other:
        hub.faults.answer(redirect(302, f"{other.endpoint}/api/models"), places=API)
        assert type(failure(hub.endpoint)) is HubAnswerBad
        assert other.requests.all() == []


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/a.gguf", "file:///etc/passwd", "http://[", "http://\x7f"])
def test_a_file_that_is_nowhere(hub: LoopbackHub, location: str) -> None:
    hub.faults.answer(Answer(302, {"Location": location}), places=RESOLVE)
    connection = HubConnection(hub.endpoint)
    with HubFiles(connection) as files, pytest.raises(HubAnswerBad), connection.translated():
        files.resolve("owner/name", "main", "a.gguf")


def test_a_proxy_that_is_not_there(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://someone:secret@{NOBODY}")
    error = failure(hub.endpoint)
    assert type(error) is ProxyFailed
    assert NOBODY in error.values["reason"]
    assert "secret" not in str(error)


def test_a_proxy_that_wants_a_password(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", hub.endpoint)
    monkeypatch.setenv("HTTPS_PROXY", hub.endpoint)
    hub.faults.answer(Answer(407))
    assert type(failure("http://hub.invalid")) is ProxyFailed


def test_a_proxy_that_refuses_a_tunnel(monkeypatch: pytest.MonkeyPatch) -> None:
    with served(Refuser) as address:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{address}")
        error = failure("https://hub.invalid")
    assert type(error) is ProxyFailed
    assert "403" in error.values["reason"]


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "gopher://127.0.0.1:9", "http://[", "http://a:b:c"])
def test_a_proxy_that_cannot_be(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    assert type(failure(hub.endpoint)) is ProxyFailed


def test_a_proxy_that_is_passed_by(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{NOBODY}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert Hub(HubConnection(hub.endpoint)).search("x") == []
    assert type(failure(f"http://{NOBODY}")) is NetworkUnreachable


def test_a_proxy_is_used(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", hub.endpoint)
    assert Hub(HubConnection("http://hub.invalid")).search("anything") == []
    (seen,) = hub.requests.all()
    assert seen.headers["host"] == "hub.invalid"


def test_a_certificate_that_nobody_signed(tmp_path: Path) -> None:
    with served(http.server.BaseHTTPRequestHandler, certificate(tmp_path)) as address:
        error = failure(f"https://{address}")
    assert type(error) is TlsFailed
    assert error.values == {"host": address, "reason": "self-signed certificate"}


def test_no_tls_at_all(hub: LoopbackHub) -> None:
    assert type(failure(hub.endpoint.replace("http://", "https://"))) is TlsFailed


def test_a_file_of_certificates_that_is_not_there(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    error = failure(hub.endpoint)
    assert type(error) is TlsFailed


@pytest.mark.parametrize("token", ["hf_a\nb", "hf_ü", "hf a", "hf_a\r\nX: y"])
def test_what_cannot_be_a_token_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(TokenRefused) as caught:
        HubConnection("https://huggingface.co", token)
    assert caught.value.values == {"host": "huggingface.co", "page": "https://huggingface.co/settings/tokens"}


@pytest.mark.parametrize(
    ("endpoint", "url", "is_shown"),
    [
        ("https://huggingface.co", "https://huggingface.co/a", True),
        ("https://huggingface.co", "https://huggingface.co:443/a", True),
        ("https://huggingface.co", "https://HUGGINGFACE.co/a", True),
        ("https://huggingface.co", "http://huggingface.co/a", False),
        ("https://huggingface.co", "https://huggingface.co:444/a", False),
        ("https://huggingface.co", "https://cdn.huggingface.co/a", False),
        ("https://huggingface.co", "https://huggingface.co@evil.example/a", False),
        ("http://hub.example", "http://hub.example/a", False),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/a", True),
    ],
)
def test_whom_the_token_is_shown(endpoint: str, url: str, is_shown: bool) -> None:
    assert ("Authorization" in HubConnection(endpoint, "hf_secret").headers(url)) is is_shown


def test_a_redirect_carries_no_token_elsewhere(hub: LoopbackHub) -> None:
    token = hub.issue_token("someone")
    with LoopbackHub() as other:
        hub.faults.answer(redirect(302, f"{other.endpoint}/owner/name/resolve/main/a.gguf"), places=RESOLVE)
        connection = HubConnection(hub.endpoint, token)
        with HubFiles(connection) as files, pytest.raises(AppError), connection.translated():
            files.resolve("owner/name", "main", "a.gguf")
        (seen,) = other.requests.all()
        assert not seen.has_token
        with HubFiles(connection) as files, files.stream(f"{hub.endpoint}/owner/name/resolve/main/a.gguf", 0):
            pass
        assert [seen.has_token for seen in other.requests.all()] == [False, False]
    assert all(seen.has_token for seen in hub.requests.all())


def test_every_request_is_told_without_its_query(hub: LoopbackHub) -> None:
    told: list[tuple[str, str]] = []
    Hub(HubConnection(hub.endpoint, None, lambda *request: told.append(request))).search("secret words")
    assert told == [("GET", f"{hub.endpoint}/api/models")]


def test_while_the_network_is_forbidden_no_request_is_made(hub: LoopbackHub) -> None:
    told: list[tuple[str, str]] = []
    is_forbidden = [True]
    connection = HubConnection(
        hub.endpoint, None, lambda *request: told.append(request), is_forbidden=lambda: is_forbidden[0]
    )
    for ask in (lambda: Hub(connection).search("x"), lambda: Hub(connection).repository("owner/name")):
        with pytest.raises(NetworkSwitchedOff):
            ask()
    with HubFiles(connection) as files, pytest.raises(NetworkForbidden), connection.translated():
        files.resolve("owner/name", "main", "a.gguf")
    assert (told, hub.requests.all()) == ([], [])
    is_forbidden[0] = False
    assert Hub(connection).search("x") == []
    assert len(told) == 1


class Refuser(http.server.BaseHTTPRequestHandler):
    """A proxy that opens no tunnel."""

    def do_CONNECT(self) -> None:
        self.send_error(403)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


class Quiet(http.server.HTTPServer):
    """Says nothing of a client that breaks off."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing."""


@contextmanager
def served(handler: type[http.server.BaseHTTPRequestHandler], chain: Path | None = None) -> Iterator[str]:
    """Runs a server, with TLS where it has a certificate; gives its address."""
    with Quiet(("127.0.0.1", 0), handler) as server:
        if chain:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(chain)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        BaseServer.shutdown(server)
        thread.join()


def certificate(folder: Path) -> Path:
    """Makes a certificate for 127.0.0.1 that only vouches for itself; returns the file with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "loopback.pem"
    unlocked = serialization.NoEncryption()
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(pem, form, unlocked) + made.public_bytes(pem))
    return path
