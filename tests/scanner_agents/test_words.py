"""The two languages: every sentence of the source has its English, and the compiled catalogues are the written ones."""

import gettext
import os
import re

import polib
import pytest

from scanner_agents.cli import main
from scanner_agents.events import SENTENCES, Code, Event, event, shown
from scanner_agents.words import LOCALE, language, speaking, voice
from tests.scanner_agents.sentences import in_source


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_compiled_catalogue_is_the_written_one(lang: str) -> None:
    written = polib.pofile(str(LOCALE / lang / "LC_MESSAGES" / "agent.po"))
    assert (LOCALE / lang / "LC_MESSAGES" / "agent.mo").read_bytes() == written.to_binary()


def test_every_sentence_has_its_english_and_no_other_is_left_over() -> None:
    english = {entry.msgid: entry.msgstr for entry in polib.pofile(str(LOCALE / "en" / "LC_MESSAGES" / "agent.po"))}
    assert set(english) == in_source()
    for source, target in english.items():
        assert target.strip(), source
        assert sorted(re.findall(r"%\(\w+\)s|%%", target)) == sorted(re.findall(r"%\(\w+\)s|%%", source)), source


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "còn thiếu: LỆNH"),
        (["watch"], "còn thiếu: DIR, --server"),
        (["watch", "x", "--server", "https://kho.example.vn", "--nope"], "không hiểu: --nope"),
        (["status", "--queue"], "--queue: cần một giá trị"),
        (["status", "--lang", "fr"], "'fr' không có trong các lựa chọn"),
        (["retry", "x"], "giá trị không đúng: 'x'"),
        (["status", "--all=1"], "không nhận giá trị '1'"),
        (["status", "--token", "a", "--token-file", "b"], "không dùng cùng với --token"),
    ],
)
def test_wrong_usage_is_told_in_vietnamese(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*arguments, "--lang", "vi"] if "--lang" not in arguments else arguments)
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert said in told
    assert "cách dùng: khoso-agent" in told


def test_every_code_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Code)


@pytest.mark.parametrize(
    ("wanted", "environ", "lang"),
    [
        (None, {}, "vi"),
        (None, {"LANG": "C.UTF-8"}, "vi"),
        (None, {"LANG": "en_US.UTF-8"}, "en"),
        (None, {"LANG": "en_US.UTF-8", "LC_ALL": "vi_VN"}, "vi"),
        (None, {"LANGUAGE": "en:vi", "LANG": "vi_VN"}, "en"),
        ("vi", {"LANG": "en_US"}, "vi"),
    ],
)
def test_the_language_is_asked_for_or_of_the_environment(
    wanted: str | None, environ: dict[str, str], lang: str
) -> None:
    assert language(wanted, environ) == lang


def test_speaking_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LANGUAGE", raising=False)
    before = gettext.textdomain()
    with speaking("en") as say:
        assert say("chờ gửi") == "waiting"
        assert os.environ["LANGUAGE"] == "en"
    assert gettext.textdomain() == before
    assert "LANGUAGE" not in os.environ


def test_an_event_says_the_same_in_both_languages_and_survives_json() -> None:
    told = event(Code.REFUSED, name="a\nb.pdf", id=7, detail="mờ", code="blurred")
    assert "a\\nb.pdf" in told.sentence(voice("vi"))
    assert told.sentence(voice("en")).startswith("The server refuses")
    again = Event.loads(told.dumps())
    assert (again.code, dict(again.fields)) == (told.code, dict(told.fields))


@pytest.mark.parametrize("text", ["a\nb", "\x1b[31m", "\u202egpj.exe", "\udcff", "x" * 5000])
def test_foreign_text_cannot_break_a_line(text: str) -> None:
    fit = shown(text)
    assert fit.isprintable()
    assert len(fit) <= 310
    fit.encode()
