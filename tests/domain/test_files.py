"""What a file is comes from its content; names are harmless on every disk; photos lose what is not the picture."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circle_app.domain.filenames import LONGEST_BYTES, clean_name, ending, same_name, unused_name
from circle_app.domain.media import KNOWN, PROGRAM, UNKNOWN, Use, detect, use_of
from circle_app.domain.traces import without_traces
from tests.support.pictures import GPS, drawn, jpeg_with_traces, png_with_traces, read_back, webp_with_traces


def zipped(*names: str, first: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        if first:
            archive.writestr("mimetype", first)
        for name in names:
            archive.writestr(name, b"x" * 40)
    return made.getvalue()


WORD = ("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (drawn("PNG"), "image/png"),
        (drawn("JPG"), "image/jpeg"),
        (drawn("WEBP"), "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"Bring the keys, \xc5\x81ucja.\n", "text/plain"),
        (b"", "text/plain"),
        (zipped(*WORD), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (zipped("content.xml", first=b"application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
        (zipped("a.txt"), "application/zip"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"<?xml version='1.0'?><svg/>", "image/svg+xml"),
        (b"\n <!DOCTYPE html><p>", "text/html"),
        (b"\x01\x02\x03", UNKNOWN),
        (b"garbage %PDF-1.7", "text/plain"),
        (b"\xff\xfe\x00a", UNKNOWN),
    ],
)  # fmt: skip
def test_a_type_comes_from_the_content(content: bytes, media: str) -> None:
    assert detect(content, content) == media


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00", b"\x7fELF\x02", b"#!/bin/sh\nrm -rf ~", b"\xef\xbb\xbf#!/bin/sh", b"\xca\xfe\xba\xbe",
        b"\xcf\xfa\xed\xfe", b"L\x00\x00\x00\x01\x14\x02\x00", b"@echo off", b"[InternetShortcut]\nURL=file:", b"<?php",
        b"MZ%PDF-1.7 looks like a document", zipped("META-INF/MANIFEST.MF"), zipped(*WORD, "word/vbaProject.bin"),
        zipped("AndroidManifest.xml"), zipped("Basic/Standard/x.xml", first=b"application/vnd.oasis.opendocument.text"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["report.pdf", "photo.png", "notes"])
def test_a_program_is_a_program_whatever_it_is_called(content: bytes, name: str) -> None:
    assert detect(content, content) == PROGRAM
    assert use_of(PROGRAM, name) is Use.NOTHING


@pytest.mark.parametrize("name", ["setup.exe", "SETUP.EXE", "a.pdf.scr", "x.bat ", "x.cmd...", "x.js", "x.desktop", "x.lnk",
                                  "cod\u202egpj.exe", "x.ex\u200be", "x.exe::$DATA", "x.\uff45\uff58\uff45"])  # fmt: skip
def test_a_name_that_some_system_runs_is_refused(name: str) -> None:
    assert use_of("text/plain", name) is Use.NOTHING
    assert use_of(UNKNOWN, name) is Use.NOTHING


def test_what_could_run_a_script_in_a_viewer_is_saved_and_not_opened() -> None:
    for media in (
        "image/svg+xml",
        "text/html",
        "text/xml",
        "application/zip",
        "application/x-ole",
        "application/rtf",
        UNKNOWN,
    ):
        assert use_of(media, "x") is Use.SAVE
    assert use_of("application/pdf", "x.pdf") is Use.OPEN


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes_have_a_type(head: bytes, tail: bytes) -> None:
    assert detect(head, tail) in {*KNOWN, PROGRAM, UNKNOWN}


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Windows\\x.pdf", "C__Windows_x.pdf"),
        ("notes.txt:hidden.exe", "notes.txt_hidden.exe"),
        ("CON", "_CON"), ("nul.txt", "_nul.txt"), ("com\u00b9.pdf", "_com\u00b9.pdf"), ("LPT1 .txt", "_LPT1.txt"),
        ("dots. . .", "dots"), ("   ", "file"), ("...", "file"), (".bashrc", "bashrc"), ("a\x00b\nc.txt", "a_b_c.txt"),
        ("cod\u202efdp.exe", "codfdp.exe"), ("محضر الاجتماع.pdf", "محضر الاجتماع.pdf"), ("e\u0301.txt", "é.txt"),
        ('a<b>"c"|d?e*.txt', "a_b__c__d_e_.txt"),
    ],
)  # fmt: skip
def test_a_name_is_made_harmless(given: str, clean: str) -> None:
    assert clean_name(given) == clean


def test_an_ending_follows_the_content() -> None:
    assert clean_name("report.exe", ("pdf",)) == "report.exe.pdf"
    assert clean_name("photo.JPEG", ("jpg", "jpeg")) == "photo.JPEG"
    assert clean_name("script.sh", KNOWN["text/plain"].endings) == "script.sh.txt"


@given(st.text(max_size=400))
def test_any_name_fits_any_disk(name: str) -> None:
    clean = clean_name(name)
    assert clean
    assert len(clean.encode()) <= LONGEST_BYTES
    assert not set(clean) & set('/\\:*?"<>|\x00\n')
    assert clean == clean.strip() and not clean.endswith(".")
    assert clean_name(clean) == clean


def test_two_files_never_take_one_name_on_any_system() -> None:
    taken = {same_name(n) for n in ("Plan.txt", "plan (2).txt", "Re\u0301sume\u0301.pdf")}
    assert unused_name("PLAN.txt", taken) == "PLAN (3).txt"
    assert unused_name("R\u00e9sum\u00e9.pdf", taken) == "R\u00e9sum\u00e9 (2).pdf"
    assert unused_name("other.txt", taken) == "other.txt"


def test_an_ending_is_what_a_system_reads() -> None:
    assert [ending(n) for n in ("a.Exe ", "a.exe.", "a", "a.tar.gz", "a.\u200bexe")] == ["exe", "exe", "", "gz", "exe"]


@pytest.mark.parametrize(
    ("form", "media", "dirty"),
    [("JPG", "image/jpeg", jpeg_with_traces), ("PNG", "image/png", png_with_traces), ("WEBP", "image/webp", webp_with_traces)],
)  # fmt: skip
def test_a_photo_loses_everything_but_the_picture(form: str, media: str, dirty: object) -> None:
    plain = drawn(form)
    with_traces = dirty(plain)  # type: ignore[operator]
    assert GPS in with_traces
    clean = without_traces(with_traces, media)
    assert clean is not None
    assert not any(GPS[at : at + 8] in clean for at in range(len(GPS) - 8))
    assert read_back(clean).convertToFormat(read_back(plain).format()) == read_back(plain)
    assert without_traces(clean, media) == clean


def test_a_photo_keeps_its_way_up_and_nothing_else_of_exif() -> None:
    clean = without_traces(jpeg_with_traces(drawn("JPG"), turned=8), "image/jpeg")
    assert clean is not None
    assert clean.count(b"Exif\x00\x00") == 1
    assert b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x08" in clean


@pytest.mark.parametrize("form", ["JPG", "PNG", "WEBP"])
def test_a_broken_photo_is_not_taken_apart_wrongly(form: str) -> None:
    media = {"JPG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}[form]
    data = drawn(form)
    for length in range(0, len(data) - 1, 7):
        assert without_traces(data[:length], media) is None
    assert without_traces(b"not a picture", media) is None
    assert without_traces(data, "application/pdf") is None


@given(st.binary(max_size=200))
def test_no_bytes_make_the_cleaning_fail(data: bytes) -> None:
    for media, start in (("image/jpeg", b"\xff\xd8"), ("image/png", b"\x89PNG\r\n\x1a\n"), ("image/webp", b"RIFF")):
        without_traces(start + data, media)
