"""An invitation link survives mail programs, and a broken one says so kindly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.invitation import PREFIX, InvitationError, InvitationLink, link_text, read_link

LINK = InvitationLink(b"s" * 32, b"f" * 8, b"k" * 32, "https://circles.example.org")
TEXT = link_text(LINK)


def code_of(text: str) -> str:
    with pytest.raises(InvitationError) as caught:
        read_link(text)
    assert caught.value.sentence
    assert caught.value.next_step
    return caught.value.code


@given(
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=8, max_size=8),
    st.binary(min_size=32, max_size=32),
    st.sampled_from((None, "http://127.0.0.1:8440", "https://circles.example.org", "https://a.example/path")),
)
def test_a_link_reads_back(space: bytes, founder: bytes, secret: bytes, server: str | None) -> None:
    link = InvitationLink(space, founder, secret, server)
    assert read_link(link_text(link)) == link


@pytest.mark.parametrize(
    "message",
    [
        f"Come and join us:\n\n{TEXT}\n\nAna",
        f"<{TEXT}>",
        f'Click "{TEXT}".',
        f"{TEXT}. See you on Tuesday",
        f"{TEXT} and bring a chair",
        TEXT[:70] + "\n" + TEXT[70:] + "\nAna",
        "> " + TEXT[:70] + "\n> " + TEXT[70:],
        TEXT[:40] + "\u200b" + TEXT[40:],
    ],
)
def test_a_link_is_found_in_a_pasted_message(message: str) -> None:
    assert read_link(message) == LINK


def test_a_link_that_is_cut_off_is_told() -> None:
    for length in range(len(PREFIX), len(TEXT) - 1):
        assert code_of(TEXT[:length]) == "link_cut"


def test_a_mistyped_letter_is_told() -> None:
    for position in range(len(PREFIX), len(TEXT) - 1):
        other = "A" if TEXT[position] != "A" else "B"
        assert code_of(TEXT[:position] + other + TEXT[position + 1 :]) == "link_cut"


@pytest.mark.parametrize("text", ["", "hello", "https://example.org/j/abc", "circle://"])
def test_something_else_is_not_an_invitation(text: str) -> None:
    assert code_of(text) == "link_none"


def test_a_very_long_text_is_answered_at_once() -> None:
    assert code_of(PREFIX + "A" * 10_000_000) == "link_cut"


@pytest.mark.parametrize(
    "server",
    [
        "ftp://example.org",
        "file:///etc/passwd",
        "https://ana@evil.example",
        "https://example.org:99999",
        "https://",
        "https://exa mple.org",
        "https://bücher.example",
        "https://example.org/?next=evil",
        "https://example.org\\@evil.example",
        "https://" + "a" * 300,
    ],
)
def test_a_server_address_that_hides_where_it_leads_is_refused(server: str) -> None:
    with pytest.raises(InvitationError) as caught:
        link_text(InvitationLink(b"s" * 32, b"f" * 8, b"k" * 32, server))
    assert caught.value.code == "link_server"


def test_the_secret_does_not_show() -> None:
    assert "kkkk" not in repr(LINK)
