"""Is a text spelled as Vietnamese can be? Tells a healthy text layer from one in a legacy font.

Fonts of the TCVN3 and VNI families put Vietnamese shapes at the codes of other letters: what looks right on the page
comes out as «Céng hßa x· héi chñ nghÜa» or «Coäng hoøa xaõ hoäi». The grammar of the syllable (onset, rhyme, tone)
finds them: hardly any such syllable exists.
"""

import re
import unicodedata
from itertools import product

_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}  # huyền, sắc, ngã, hỏi, nặng
_STOPPED_TONES = {"\u0301", "\u0323"}  # a syllable that ends in c, ch, p, t has one of these
_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RHYMES = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uên uênh ui um un ung uôc uôi uôm uôn uông
    uôt uơ up ut uy uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y yêm yên yêng yêt yêu ăk ak
"""
_BEFORE_E_I = {"k", "gh", "ngh"}  # only before e, ê, i, y; never before those: c, g, ng (but gì)
_NOT_BEFORE_E_I = {"c", "g", "ng"}
_SYLLABLES = frozenset(
    onset + rhyme
    for onset, rhyme in product([*_ONSETS.split(), ""], _RHYMES.split())
    if not (onset in _BEFORE_E_I and rhyme[0] not in "eêiy")
    and not (onset in _NOT_BEFORE_E_I and rhyme[0] in "eêy")
    and not (onset in {"c", "ng"} and rhyme[0] == "i")
)
_STOPS = ("c", "ch", "p", "t")
_WORD = re.compile(r"[^\W\d_]+")
_NO_VOWEL = re.compile(r"[b-df-hj-np-tv-xzđ]+", re.IGNORECASE)  # an abbreviation, such as NĐ

_STRANGE = 0.08  # share of words with marks that may be no syllables: names, other languages
_UNMAPPED = 0.01  # share of characters
_TORN = 0.2  # share of plain words without a vowel: units and the like; more, and the marked letters have been lost


def is_syllable(word: str) -> bool:
    """A word with Vietnamese marks is a possible syllable: its parts exist and its tone goes with its ending."""
    base: list[str] = []
    tones: list[str] = []
    for letter in unicodedata.normalize("NFD", word.lower()):
        (tones if letter in _TONES else base).append(letter)
    spelled = unicodedata.normalize("NFC", "".join(base))
    if len(tones) > 1 or spelled not in _SYLLABLES:
        return False
    return not spelled.endswith(_STOPS) or not tones or tones[0] in _STOPPED_TONES


def is_healthy(text: str) -> bool:
    """The characters of a page's text are those a reader sees on it. Text is NFC."""
    unmapped = sum(_is_unmapped(letter) for letter in text)
    if unmapped > _UNMAPPED * len(text):
        return False
    words = _WORD.findall(text)
    marked = [word for word in words if not word.isascii()]
    strange = sum(not is_syllable(word) and _NO_VOWEL.fullmatch(word) is None for word in marked)
    if strange > max(2, _STRANGE * len(marked)):
        return False
    plain = [word for word in words if word.isascii() and len(word) > 1 and not word.isupper()]  # capitals abbreviate
    torn = sum(_NO_VOWEL.fullmatch(word) is not None for word in plain)
    return torn <= max(5, _TORN * len(plain))


def _is_unmapped(letter: str) -> bool:
    """Replacement characters, private use, controls: glyphs without a meaning (line ends and tabs are none)."""
    return letter == "\ufffd" or (unicodedata.category(letter) in {"Co", "Cc", "Cn"} and letter not in "\n\t\r\f")
