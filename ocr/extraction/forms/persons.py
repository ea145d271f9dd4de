"""Labels of persons as civil-status and other forms print them; `*` is whoever the form speaks of."""

from itertools import permutations

from ocr.extraction import values
from ocr.extraction.form import SOMEONE, WITNESS, Label

ATTRIBUTES = "name birth_date sex ethnicity nationality birth_place home_town id_number residence"

NAME_WORDS = (
    "Họ, chữ đệm, tên",
    "Họ, chữ đệm và tên",
    "Họ và tên",
    "Họ tên",
    "Họ, tên",
    "Họ, chữ đệm, tên khai sinh",
    "Họ, chữ đệm và tên khai sinh",
    "Họ tên khai sinh",
    "Họ và tên (chữ in hoa)",
    "Họ và tên khai sinh",
)
CALLED = ("Ông/Bà", "Ông (bà)", "Ông (Bà)", "Ông, bà", "Công dân", "Anh/Chị", "Người có tên")
"""What a person is called by where no name is asked for."""


def names_of(*who: str) -> tuple[str, ...]:
    """Wordings of the name of somebody: `names_of("người mẹ")` → Họ, chữ đệm, tên người mẹ; Họ và tên người mẹ; …"""
    return tuple(
        f"{start} {link}{one}"
        for one in who
        for start in ("Họ, chữ đệm, tên", "Họ, chữ đệm và tên", "Họ và tên", "Họ tên", "Tên")
        for link in ("", "của ")
    )


def headings_of(*who: str) -> tuple[str, ...]:
    """Headings above what is asked of somebody: `Thông tin về mẹ`, `PHẦN GHI VỀ NGƯỜI CHA`, `Bên nữ`."""
    before = ("thông tin ", "thông tin về ", "thông tin của ", "phần ghi về ", "phần khai về ", "phần khai của ", "về ")
    return tuple(f"{start}{one}".capitalize() for one in who for start in before)


_PAPERS = (
    "CMND", "CCCD", "CC", "Căn cước", "Căn cước công dân", "Chứng minh nhân dân", "Định danh cá nhân", "Định danh công dân", "ĐDCN", "Hộ chiếu", "Thẻ căn cước",
    "Thẻ căn cước công dân", "Giấy CMND", "Số định danh cá nhân", "Giấy chứng minh nhân dân", "Định danh CD", "Định danh",
)  # fmt: skip
IDENTITY_WORDS = (
    *_PAPERS,
    *(f"Số {paper}" for paper in _PAPERS),
    *(f"{paper} số" for paper in _PAPERS),
    *(f"{before}{one}/{other}{after}" for one, other in permutations(_PAPERS[:10], 2) for before, after in (("Số ", ""), ("", " số"), ("", ""))),
    *(f"{paper} hoặc hộ chiếu" for paper in ("CMND", "CCCD", "Số CCCD", "Căn cước")),
    *(f"Số {one} hoặc {other}" for one in ("CMND", "CCCD") for other in ("Hộ chiếu", "số Hộ chiếu", "định danh cá nhân")),
    "Giấy tờ tùy thân", "Giấy tờ tuỳ thân", "Số giấy tờ tùy thân", "Số giấy tờ nhân thân", "Giấy tờ nhân thân", "Số định danh công dân", "Số thẻ căn cước", "Số căn cước công dân", "Số định danh", "Mã định danh", "Mã số định danh", "Mã số định danh cá nhân", "Số định danh số", "Số CMND/CCCD/Hộ chiếu",
    "Số định danh cá nhân/Giấy tờ tùy thân", "Giấy tờ hợp lệ thay thế", "Số CMND/CCCD/Hộ chiếu/định danh CD", "Số CMND/CCCD/Hộ chiếu/Định danh công dân",
    "Số giấy tờ pháp lý của cá nhân", "Số giấy tờ chứng thực cá nhân", "Số giấy tờ tùy thân", "Số định danh cá nhân/CMND", "Số định danh cá nhân/CCCD",
    "Số Giấy CMND/Hộ chiếu/Giấy tờ hợp lệ thay thế", "Số Giấy CMND/Hộ chiếu", "Số hộ chiếu/CMND/CCCD", "Số CCCD/CMND/Hộ chiếu", "CMND/CCCD/Hộ chiếu số",
)  # fmt: skip
RESIDENCE_WORDS = (
    "Nơi cư trú", "Nơi cư trú cuối cùng", "Nơi đăng ký thường trú", "Nơi ĐKTT", "Nơi ĐKNK thường trú", "Nơi ở cuối cùng", "Địa chỉ cư trú hiện nay", "Nơi thường trú hoặc tạm trú", "Nơi ở hiện nay (thường trú/tạm trú)", "Nơi thường trú", "Nơi thường trú/tạm trú", "Nơi thường trú/tạm trú cuối cùng", "Nơi thường trú cuối cùng", "Nơi ĐKHK thường trú",
    "Nơi đăng ký hộ khẩu thường trú", "Nơi đăng ký nhân khẩu thường trú", "Nơi đăng ký nhân khẩu, hộ khẩu thường trú", "Địa chỉ thường trú", "Hộ khẩu thường trú", "Nơi ở hiện nay", "Nơi ở hiện tại", "Chỗ ở hiện tại", "Chỗ ở hiện nay", "Địa chỉ",
    "Địa chỉ liên hệ", "Địa chỉ cư trú", "Thường trú tại", "Thường trú", "Cư trú tại", "Trú tại", "Nơi ở", "Địa chỉ hiện tại", "Địa chỉ chỗ ở hiện tại", "Địa chỉ nơi cư trú", "Chỗ ở", "Hiện cư trú tại", "Hiện đang cư trú tại", "Nơi cư trú hiện tại", "Hiện trú tại", "Đăng ký thường trú tại", "Hộ khẩu thường trú tại", "Hiện ngụ tại", "Ngụ tại",
)  # fmt: skip
BIRTH_WORDS = (
    "Ngày, tháng, năm sinh",
    "Ngày tháng năm sinh",
    "Sinh ngày",
    "Ngày sinh",
    "Sinh ngày, tháng, năm",
    "Ngày/tháng/năm sinh",
    "Ngày, tháng, năm sinh dương lịch",
    "Ngày tháng năm sinh",
    "Ngày, tháng và năm sinh",
    "Sinh ngày tháng năm",
    "Sinh vào ngày",
)

BIRTH_DATE = Label(f"{SOMEONE}.birth_date", BIRTH_WORDS, values.date_kind, wraps=True)
BIRTH_YEAR = Label(
    f"{SOMEONE}.birth_date",
    ("Năm sinh", "Sinh năm", "Tuổi (năm sinh)", "Tuổi, năm sinh", "Năm sinh (tuổi)"),
    values.date_kind,
)
SEX = Label(f"{SOMEONE}.sex", ("Giới tính", "Giới", "Nam, nữ", "Nam/Nữ", "Nam (nữ)"), values.sex)
ETHNICITY = Label(f"{SOMEONE}.ethnicity", ("Dân tộc",), values.people, wraps=True)
NATIONALITY = Label(f"{SOMEONE}.nationality", ("Quốc tịch",), values.nation, wraps=True)
ID_NUMBER = Label(f"{SOMEONE}.id_number", IDENTITY_WORDS, values.personal_id, wraps=True)
RESIDENCE = Label(f"{SOMEONE}.residence", RESIDENCE_WORDS, values.place, wraps=True)
BIRTH_PLACE = Label(
    f"{SOMEONE}.birth_place",
    ("Nơi sinh", "Sinh tại", "Nơi sinh (tỉnh, thành phố)", "Nơi đăng ký khai sinh gốc"),
    values.place,
    wraps=True,
)
HOME_TOWN = Label(f"{SOMEONE}.home_town", ("Quê quán", "Nguyên quán"), values.place, wraps=True)
IN_WORDS = Label(
    WITNESS,
    ("Ghi bằng chữ", "Bằng chữ", "Viết bằng chữ", "ghi ngày, tháng, năm sinh bằng chữ"),
    values.date_words,
    wraps=True,
)

# Labels that only end the value before them.
ENDINGS = Label(
    "",
    (
        "Ghi chú", "Cấp ngày", "Ngày cấp", "Nơi cấp", "Tại", "do", "Điện thoại", "Số điện thoại", "Email", "Thư điện tử", "Địa chỉ thư điện tử", "Tôn giáo", "Nghề nghiệp", "Quan hệ với", "Cơ quan cấp", "Trình độ văn hóa", "Quan hệ với chủ hộ", "Quan hệ", "Số con", "Cân nặng", "Lý do",
        "Quan hệ với người được khai sinh", "Quan hệ với người đã chết", "Loại giấy tờ", "Fax", "Website", "Tuổi", "Nhóm máu", "Nơi công tác", "Có giá trị đến",
    ),
)  # fmt: skip

PERSON = (
    BIRTH_DATE,
    BIRTH_YEAR,
    SEX,
    ETHNICITY,
    NATIONALITY,
    ID_NUMBER,
    RESIDENCE,
    BIRTH_PLACE,
    HOME_TOWN,
    IN_WORDS,
    ENDINGS,
)


def named(field: str, *words: str, opens: str = "", within: tuple[str, ...] = ()) -> Label:
    """A label of a person's name; `opens` as who, `within`: where it is asked."""
    return Label(field, words, values.name, opens=opens, within=within, wraps=True)
