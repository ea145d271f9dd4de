"""Numbers and dates in words, and the ways they are printed."""

from datetime import date

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu", "tỷ")


def _tens(number: int, *, after_hundred: bool) -> str:
    ten, one = divmod(number, 10)
    if ten == 0:
        return f"linh {DIGITS[one]}" if after_hundred and one else (DIGITS[one] if one else "")
    head = "mười" if ten == 1 else f"{DIGITS[ten]} mươi"
    if one == 0:
        return head
    last = {1: "mốt" if ten > 1 else "một", 4: "tư" if ten > 1 else "bốn", 5: "lăm"}.get(one, DIGITS[one])
    return f"{head} {last}"


def _group(number: int, *, full: bool) -> str:
    hundred, rest = divmod(number, 100)
    parts = [f"{DIGITS[hundred]} trăm"] if hundred or full else []
    if rest:
        parts.append(_tens(rest, after_hundred=bool(parts)))
    return " ".join(parts)


def number_words(number: int) -> str:
    """A whole number below 10¹² in words: `hai nghìn không trăm hai mươi lăm`."""
    if number == 0:
        return DIGITS[0]
    parts: list[str] = []
    for place in range(3, -1, -1):
        group = number // 1000**place % 1000
        if group:
            parts.append(f"{_group(group, full=bool(parts))} {SCALES[place]}".strip())
    return " ".join(parts)


def decimal_words(number: float) -> str:
    """A number with one decimal in words: `một trăm hai phẩy năm`."""
    whole, tenth = divmod(round(number * 10), 10)
    return number_words(whole) + (f" phẩy {DIGITS[tenth]}" if tenth else "")


def date_words(day: date) -> str:
    """`Ngày hai mươi tư tháng năm năm hai nghìn không trăm hai mươi lăm`."""
    month = "tư" if day.month == 4 else number_words(day.month)
    mung = "mùng " if day.day <= 10 and day.toordinal() % 3 == 0 else ""
    return f"Ngày {mung}{number_words(day.day)} tháng {month} năm {number_words(day.year)}"


def long_date(day: date) -> str:
    """As NĐ 30/2020 prints it: a zero before days below 10 and the months 1 and 2."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def zero_date(day: date) -> str:
    """The same with a zero before every single digit, as registers print it."""
    return f"ngày {day.day:02d} tháng {day.month:02d} năm {day.year}"


SHORT_DATES = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d / %m / %Y")


def grouped(number: int, mark: str = ".") -> str:
    """`2.000.000.000`."""
    return f"{number:,}".replace(",", mark)


def area(number: float) -> str:
    """`1.049,8`: Vietnamese marks, no decimals where there are none."""
    whole, tenth = divmod(round(number * 10), 10)
    return grouped(whole) + (f",{tenth}" if tenth else "")
