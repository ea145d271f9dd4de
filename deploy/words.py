"""Sentences and their English. The source says everything in Vietnamese; each package has `locale/en` beside it.

deploy/words.py            # gather sentences from the source into the .po files, compile them, list what has no English
deploy/words.py --compile  # compile the .po files that changed (done by deploy/prepare and when a wheel is built)
"""

import ast
import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "en"
MARKS = {"_", "_l", "gettext", "gettext_lazy", "N_"}
"""Names of the functions whose one constant argument is a sentence."""
PLACE = "locale/{language}/LC_MESSAGES/django.po"
_ELSEWHERE = {"scanner_agents", "tests", "samples", "bench", "deploy", "docs"}  # the agent has a catalogue of its own


def packages() -> list[str]:
    """Top-level packages whose sentences Django looks up."""
    found = (path.parent.name for path in ROOT.glob("*/__init__.py"))
    return sorted(name for name in found if name not in _ELSEWHERE)


def po_files() -> list[Path]:
    """Every written catalogue Django reads."""
    return sorted(path for name in packages() for path in (ROOT / name).glob("locale/*/LC_MESSAGES/django.po"))


def compile_all(*, only_old: bool = True) -> list[Path]:
    """Make `.mo` from `.po`; returns what was made."""
    made = []
    for path in po_files():
        out = path.with_suffix(".mo")
        if only_old and out.exists() and out.stat().st_mtime_ns > path.stat().st_mtime_ns:
            continue
        part = out.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(polib.pofile(str(path)).to_binary())
        part.replace(out)
        made.append(out)
    return made


def gather() -> dict[str, set[str]]:
    """Package → the sentences its source asks gettext for."""
    _django()
    found: dict[str, set[str]] = defaultdict(set)
    for name in packages():
        for path in (ROOT / name).rglob("*.py"):
            if "migrations" not in path.parts:
                found[name] |= set(in_python(path.read_text(encoding="utf-8")))
        for path in (ROOT / name).rglob("templates/**/*.html"):
            found[name] |= set(in_template(path.read_text(encoding="utf-8")))
    for name, sentences in _tables().items():
        found[name] |= set(sentences)
    return {name: {text for text in texts if text.strip()} for name, texts in found.items()}


def _tables() -> dict[str, Iterable[str]]:
    """Sentences that stand in tables and are looked up by whoever shows them."""
    from khoso.kernel.phrases import CALLED, PHRASES
    from khoso.kernel.reasons import EXPECTED, NOTHING_GIVEN, SENTENCES
    from signing.verification.sentences import SENTENCES as VERDICTS

    types = json.loads((ROOT / "catalogue" / "data" / "document_types.json").read_text(encoding="utf-8"))
    names = [name for names in CALLED.values() for name in names.values()]
    return {
        "khoso": [*SENTENCES.values(), NOTHING_GIVEN, EXPECTED, *PHRASES, *names],
        "signing": VERDICTS,
        "catalogue": [row["name"] for row in types],
    }


def in_python(source: str) -> Iterator[str]:
    """Constants handed to one of `MARKS`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        value = node.args[0]
        if name in MARKS and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def in_template(source: str) -> Iterator[str]:
    """What `trans` and `blocktrans` of a template say, as Django looks it up."""
    from django.template import engines
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    engine = engines["django"].engine
    template = engine.from_string(source.replace('{% extends "', '{% include "'))  # every block, not the parent's only
    for node in template.nodelist.get_nodes_by_type(TranslateNode):
        yield node.filter_expression.var.literal
    for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
        if node.plural:
            raise ValueError("Vietnamese has no plural: write the sentence so that one English form will do")
        text = node.render_token_list(node.singular)[0]
        yield _trimmed(text) if node.trimmed else text


def _trimmed(text: str) -> str:
    return " ".join(line.strip() for line in text.strip().splitlines())


def _django() -> None:
    os.environ.setdefault("KHOSO_HOME", tempfile.gettempdir())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khoso.settings")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()


def untranslated() -> list[str]:
    """«package: sentence» for each sentence without English."""
    missing = []
    for name, sentences in gather().items():
        path = ROOT / name / PLACE.format(language=LANGUAGE)
        known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))} if path.exists() else {}
        missing += [f"{name}: {text}" for text in sorted(sentences) if not known.get(text)]
    return missing


def update() -> None:
    """Bring the catalogues in line with the source: new sentences in (with the English another package has), old ones out."""
    gathered = gather()
    everything = {
        entry.msgid: entry.msgstr
        for path in po_files()
        if path.parts[-3] == LANGUAGE
        for entry in polib.pofile(str(path))
        if entry.msgstr
    }
    for name, sentences in gathered.items():
        path = ROOT / name / PLACE.format(language=LANGUAGE)
        if not sentences and not path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        before = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))} if path.exists() else {}
        catalogue = polib.POFile(wrapwidth=110)
        catalogue.header = " English. The source language is Vietnamese. Kept by deploy/words.py, sorted by sentence."
        catalogue.metadata = {
            "Language": LANGUAGE,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": "nplurals=2; plural=(n != 1);",
        }
        for text in sorted(sentences):
            english = before.get(text) or everything.get(text, "")
            flags = ["python-format"] if "%(" in text else []
            catalogue.append(polib.POEntry(msgid=text, msgstr=english, flags=flags))
        catalogue.save(str(path))


def main() -> int:
    """Returns 1 when sentences have no English."""
    if "--compile" in sys.argv:
        compile_all()
        return 0
    update()
    compile_all(only_old=False)
    missing = untranslated()
    for text in missing:
        sys.stderr.write(f"no English yet: {text}\n")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
