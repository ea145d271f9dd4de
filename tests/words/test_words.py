"""Two languages: every sentence of the source has its English, nothing on screen escapes gettext, commands speak both."""

import ast
import gettext
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from deploy.words import LANGUAGE, MARKS, ROOT, gather, po_files, untranslated
from khoso.cli.words import language, wanted_language
from khoso.kernel.phrases import PHRASES, retold
from khoso.kernel.reasons import Reason, ReasonCode

HOLES = re.compile(r"%\(\w+\)s|%%")
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
SPEAKING = [
    *ROOT.glob("khoso/cli/*.py"),
    ROOT / "khoso/doctor.py",
    *ROOT.glob("*/views.py"),
    *ROOT.glob("*/views/*.py"),
]
"""What talks to people directly."""
NAMES = {"Người dùng thử", "CƠ QUAN MẪU (PHÁT TRIỂN)", "Ký bởi: ", "Thời gian: "}
"""What stays Vietnamese: names of accounts, words printed into documents."""
TEMPLATES = sorted(path for path in ROOT.glob("*/templates/**/*.html"))
ENGLISH = {
    entry.msgid: entry.msgstr for path in po_files() if path.parts[-3] == LANGUAGE for entry in polib.pofile(str(path))
}


def test_every_sentence_has_its_english():
    assert untranslated() == []


def test_no_catalogue_keeps_a_sentence_nobody_says():
    gathered = gather()
    for path in po_files():
        if path.parts[-3] == LANGUAGE:
            kept = {entry.msgid for entry in polib.pofile(str(path))}
            assert kept - gathered[path.relative_to(ROOT).parts[0]] == set(), path


def test_one_sentence_has_one_english():
    told = {}
    for path in po_files():
        if path.parts[-3] == LANGUAGE:
            for entry in polib.pofile(str(path)):
                assert told.setdefault(entry.msgid, entry.msgstr) == entry.msgstr, path


def test_the_english_fills_the_same_holes_and_is_english():
    for source, english in ENGLISH.items():
        assert sorted(HOLES.findall(source)) == sorted(HOLES.findall(english)), source
        left = VIETNAMESE.search(
            re.sub(r"(?i:kho số)|Tiếng Việt|QĐ-UBND|\b(?:loại|số|cơ quan|chủ|từ|đến):", "", english)
        )
        assert left is None, english


def test_the_compiled_catalogues_are_the_written_ones():
    for path in po_files():
        assert path.with_suffix(".mo").read_bytes() == polib.pofile(str(path)).to_binary(), path


def _bare(path):
    """Vietnamese constants of a module that no gettext call and no docstring holds."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    held = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS:
            held |= {id(one) for one in ast.walk(node)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            held.add(id(node.value))
    for node in ast.walk(tree):
        said = node.value if isinstance(node, ast.Constant) and id(node) not in held else None
        if isinstance(said, str) and VIETNAMESE.search(said) and said not in NAMES:
            yield f"{path.name}:{node.lineno} {said!r}"


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_talks_to_people_asks_gettext(path):
    assert list(_bare(path)) == []


def test_the_search_for_bare_text_finds_it(tmp_path):
    code = tmp_path / "a.py"
    code.write_text('"""Lời đầu."""\nsay("đã xong")\nsay(_("đã xong"))\nsay(f"xong {1} giấy tờ")\n', encoding="utf-8")
    assert len(list(_bare(code))) == 2


def _words_outside_tags(source):
    """Text of a template between its tags, and attributes people hear or read."""
    source = re.sub(
        r"{%\s*blocktrans.*?endblocktrans\s*%}|{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", source, flags=re.DOTALL
    )
    source = re.sub(r"{%.*?%}|{{.*?}}", "\x00", source, flags=re.DOTALL)
    source = re.sub(r"<(script|style)\b.*?</\1>", "", source, flags=re.DOTALL)
    attributes = re.findall(r'\b(?:title|alt|placeholder|aria-label|value|content)="([^"]*)"', source)
    texts = re.sub(r"<[^>]*>", "\n", source, flags=re.DOTALL).split("\n")
    return [text.strip() for text in texts if re.search(r"\w{2,}", text)], attributes


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no_text_of_their_own(path):
    texts, attributes = _words_outside_tags(path.read_text(encoding="utf-8"))
    known = {
        "Tiếng Việt",
        "English",
        "100 %",
        "SHA-256",
        "Enter",
        "Tab",
        "Shift",
        "Ctrl",
        "Alt",
        "Esc",
    }  # keys and names that are the same everywhere
    assert [text for text in texts if text.strip("\x00 ·") not in known] == []
    assert [text for text in attributes if VIETNAMESE.search(text)] == []


def _khoso(*words, **environ):
    done = subprocess.run(
        [sys.executable, "-m", "khoso", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environ},
    )
    return done.returncode, done.stdout, done.stderr


def test_commands_speak_english_when_asked(tmp_path):
    code, out, _ = _khoso("--lang", "en", "file", "--help")
    assert code == 0
    assert "take" not in out  # the summary stands in the list of commands
    assert "Run again, it does nothing twice." in out
    assert "usage: khoso file" in out
    assert not VIETNAMESE.search(out)
    code, _, err = _khoso("--home", str(tmp_path / "kho"), "show", "00000000", "--lang", "en")
    assert (code, err.strip().splitlines()[-1]) == (3, "khoso: There is no document 00000000.")


def test_commands_speak_the_language_of_the_environment(tmp_path):
    assert "cách dùng: khoso" in _khoso("find", "--help", LANG="C.UTF-8")[1]
    assert "usage: khoso" in _khoso("find", "--help", LANG="en_US.UTF-8")[1]
    assert "cách dùng: khoso" in _khoso("find", "--help", "--lang", "vi", LANG="en_US.UTF-8")[1]


def test_json_keeps_its_keys_in_english(tmp_path):
    (tmp_path / "a.gif").write_bytes(b"GIF89a" + bytes(100))
    rows = []
    for lang in ("vi", "en"):
        code, out, _ = _khoso("--home", str(tmp_path), "--json", "--lang", lang, "read", str(tmp_path / "a.gif"))
        assert code == 3
        rows.append(json.loads(out))
    assert rows[0].keys() == rows[1].keys()
    assert rows[0]["error"].startswith("Tệp là GIF")
    assert rows[1]["error"].startswith("The file is GIF")


@pytest.mark.parametrize(
    ("arguments", "environ", "lang"),
    [
        ([], {}, "vi"),
        ([], {"LANG": "C.UTF-8"}, "vi"),
        ([], {"LANG": "en_US.UTF-8"}, "en"),
        ([], {"LANG": "en_US.UTF-8", "LC_ALL": "vi_VN"}, "vi"),
        (["find", "--lang", "vi", "x"], {"LANG": "en_US"}, "vi"),
        (["--lang=en", "find"], {}, "en"),
        (["--lang", "fr"], {}, "vi"),  # told as wrong usage, in Vietnamese
        (["--lang"], {}, "vi"),
    ],
)
def test_the_language_is_asked_for_or_of_the_environment(arguments, environ, lang):
    assert language(wanted_language(arguments), environ) == lang


def _english(text):
    return ENGLISH.get(text, text)


def test_a_filled_phrase_is_told_in_english():
    reason = Reason(ReasonCode.DAMAGED, {"detail": "trang 3: thiếu dữ liệu"})
    assert "(page 3: data are missing)" in reason.sentence(_english)
    assert "(trang 3: thiếu dữ liệu)" in reason.sentence()
    many = Reason(ReasonCode.ACTIVE_CONTENT, {"what": "JavaScript, tệp đính kèm"})
    assert "JavaScript, attached files" in many.sentence(_english)
    assert retold("1.234, Ltd. (Co)", PHRASES, _english) == "1.234, Ltd. (Co)"


def test_phrases_that_fill_reasons_are_known():
    """Vietnamese text handed to `Refused(…)` can be told in English."""
    unknown = []
    for package in ("pages", "compose", "signing", "search", "ocr", "ingest", "warehouse"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
                    unknown += [
                        f"{path}: {text}" for text in _filled(node) if VIETNAMESE.search(text) and not _known(text)
                    ]
    unknown = [text for text in unknown if "/fake.py" not in text]
    assert unknown == []


def _filled(call):
    for keyword in call.keywords:
        if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
            yield keyword.value.value
        if isinstance(keyword.value, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "7" for part in keyword.value.values)


def _known(text):
    return retold(text, PHRASES, _english) != text


def test_gettext_of_the_library_is_left_as_it_was():
    from khoso.cli.words import speaking

    before = gettext.textdomain()
    with speaking("en"):
        assert gettext.gettext("xem một giấy tờ") == "show one document"
    assert gettext.textdomain() == before
    assert "KHOSO_LANGUAGE" not in os.environ


def test_paths_are_where_the_tools_look():
    assert Path(ROOT / "khoso/locale/vi/LC_MESSAGES/django.po") in po_files()
