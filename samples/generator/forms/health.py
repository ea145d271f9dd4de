"""Giấy khám sức khỏe: for work and study (TT 14/2013, TT 32/2023) and for drivers."""

from samples.generator.blocks import Art, Block, Cols, F, Form, Gap, Grid, Head, Maybe, P, R, Sign, Signs, Title
from samples.generator.people import draw_name, draw_person
from samples.generator.places import bare
from samples.generator.story import Story, dated, signed

HEAD = Head("{issuer:head}", over="{_over}", below=("Số: {number}",))
WHO: tuple[Block, ...] = (
    F("Họ và tên (chữ in hoa): {person.name:upper}"),
    R(
        ("<Giới|Giới tính>: {person.sex}", "<Sinh ngày|Ngày, tháng, năm sinh>: {person.birth_date}", "(Tuổi: {_age})"),
        (0, 0.28, 0.8),
    ),
    F("Số <CMND/CCCD/Hộ chiếu/định danh CD|CMND hoặc Hộ chiếu|CCCD/Định danh công dân>: {person.id_number}"),
    R(("Cấp ngày: {_paper_day}", "Tại: {_paper_by}"), (0, 0.4)),
    F("<Chỗ ở hiện tại|Hộ khẩu thường trú|Địa chỉ>: {person.residence}"),
    F("Lý do khám sức khỏe: {_reason}"),
)
HISTORY: tuple[Block, ...] = (
    P("^TIỀN SỬ BỆNH CỦA ĐỐI TƯỢNG KHÁM SỨC KHỎE^", align="center", indent=0),
    F("1. Tiền sử gia đình: {_family}"),
    F("2. Tiền sử, bệnh sử bản thân: {_own}"),
    P("~Tôi xin cam đoan những điều khai trên đây hoàn toàn đúng với sự thật theo sự hiểu biết của tôi.~", indent=0),
)
BODY: tuple[Block, ...] = (
    P("^I. KHÁM THỂ LỰC^", indent=0, after=0),
    R(("Chiều cao: {_height} cm", "Cân nặng: {_weight} kg", "Chỉ số BMI: {_bmi}")),
    R(("Mạch: {_pulse} lần/phút", "Huyết áp: {_pressure} mmHg")),
    F("Phân loại thể lực: {_class}"),
)
EXAM: tuple[Block, ...] = (
    P("^II. KHÁM LÂM SÀNG^", indent=0, after=0.8),
    Grid(
        (
            ("^Nội dung khám^", "^Họ tên, chữ ký của Bác sỹ^"),
            ("1. Nội khoa: {_inner}\nPhân loại: {_class1}", "{_doctor1}"),
            ("2. Ngoại khoa, Da liễu: {_outer}\nPhân loại: {_class1}", "{_doctor2}"),
            (
                "3. Mắt: Thị lực không kính: mắt phải {_right}/10, mắt trái {_left}/10\nPhân loại: {_class1}",
                "{_doctor3}",
            ),
            ("4. Tai - Mũi - Họng: Bình thường\nPhân loại: Loại I", "{_doctor4}"),
            ("5. Răng - Hàm - Mặt: Bình thường\nPhân loại: Loại I", "{_doctor5}"),
        ),
        (0.66, 0.34),
    ),
    P("^III. KHÁM CẬN LÂM SÀNG^", indent=0, after=0),
    F("Xét nghiệm máu, nước tiểu: {_lab}"),
    F("Chẩn đoán hình ảnh: {_image}"),
)
END: tuple[Block, ...] = (
    P("^IV. KẾT LUẬN^", indent=0, after=0),
    F("1. Phân loại sức khỏe: {health_class}"),
    F("2. <Kết luận|Các bệnh, tật (nếu có)|Kết luận>: {conclusion}"),
    Gap(0.3),
    Sign(("NGƯỜI KẾT LUẬN",), "{signer.name}", note="(Ký, ghi rõ họ tên và đóng dấu)", dated="{exam_date:full}"),
)

FORMS = (
    Form(
        "gksk_tt32",
        (
            HEAD,
            Title("{title}", (), 1.3),
            Cols(
                (Art("photo", 82, 108, align="left"), P("~Ảnh (4 x 6cm)~", align="left", indent=0, size=0.8)), WHO, 0.23
            ),
            Gap(0.4),
            *HISTORY,
            *BODY,
            *EXAM,
            *END,
        ),
        hand=0.5,
        weight=2,
    ),
    Form(
        "gksk_rut_gon",
        (
            HEAD,
            Title("{title}", (), 1.3),
            *WHO,
            *BODY,
            F("Khám lâm sàng: {_inner}"),
            F("Thị lực: mắt phải {_right}/10; mắt trái {_left}/10"),
            F("Xét nghiệm: {_lab}"),
            P("^KẾT LUẬN^", align="center", indent=0),
            F("Phân loại sức khỏe: {health_class}"),
            F("Kết luận: {conclusion}"),
            Gap(0.4),
            Signs(
                (
                    Sign(("NGƯỜI ĐƯỢC KHÁM",), "{_self}", seal=False, hand_name=True),
                    Sign(("{signer.title}",), "{signer.name}", dated="{exam_date:full}"),
                )
            ),
        ),
        hand=0.4,
        weight=1.5,
    ),
    Form(
        "gksk_lai_xe",
        (
            HEAD,
            Title("{title}", (), 1.25),
            *WHO[:5],
            F("Đề nghị khám sức khỏe để lái xe hạng: {_licence}"),
            P("^I. TIỀN SỬ BỆNH CỦA ĐỐI TƯỢNG KHÁM SỨC KHỎE^", indent=0, after=0),
            F("1. Tiền sử gia đình: {_family}"),
            F("2. Tiền sử, bệnh sử bản thân: {_own}"),
            P("^II. KHÁM LÂM SÀNG^", indent=0, after=0),
            F("1. Tâm thần: Bình thường"),
            F("2. Thần kinh: Bình thường"),
            F("3. Mắt: mắt phải {_right}/10; mắt trái {_left}/10; thị trường: Bình thường"),
            F("4. Tim mạch: mạch {_pulse} lần/phút; huyết áp {_pressure} mmHg"),
            F("5. Xét nghiệm ma túy: Âm tính; nồng độ cồn: Không"),
            P("^III. KẾT LUẬN^", indent=0, after=0),
            F("{conclusion}"),
            Maybe((P("~Giấy khám sức khỏe này có giá trị đến {expiry:zero}~", indent=0),), 0.5),
            Gap(0.4),
            Sign(("NGƯỜI KẾT LUẬN",), "{signer.name}", note="(Ký, ghi rõ họ tên, đóng dấu)", dated="{exam_date:full}"),
        ),
        hand=0.4,
        weight=1,
    ),
)
CONCLUSIONS = (
    "Đủ sức khỏe để học tập và làm việc",
    "Đủ sức khỏe để làm việc",
    "Hiện tại đủ sức khỏe công tác",
    "Đủ sức khỏe học tập",
    "Cận thị nhẹ hai mắt, đủ sức khỏe làm việc",
)


def facts(story: Story, form: Form) -> None:
    """A person, a hospital, what was found."""
    rng, given, unit = story.rng, story.facts, story.unit
    who = draw_person(rng, today=story.today, ages=(18, 60), unit=unit)
    given.person("person", who, owner=True)
    name = given.values["person.name"]
    given.values["person.name"] = type(name)(name.shown, who.name.upper(), (), {"upper": who.name.upper()})
    given.also("owner_name", of="person.name", truth=who.name.upper())
    dated(story)
    where = bare(unit.province)
    value = given.values.pop("issue_date")
    forms = {**value.forms, "full": f"{where}, {value.forms['dated']}"}
    given.values["exam_date"] = type(value)(value.shown, value.truth, (), forms)
    given.also("issue_date", of="exam_date")
    given.optional |= {"issue_date", "signer.name", "signer.title"}
    house = story.pick(
        f"BỆNH VIỆN ĐA KHOA {where.upper()}",
        f"TRUNG TÂM Y TẾ {(unit.district or unit.commune).upper()}",
        "PHÒNG KHÁM ĐA KHOA MẪU AN BÌNH",
        f"BỆNH VIỆN ĐA KHOA KHU VỰC {bare(unit.upper[0]).upper()}",
    )
    over = f"SỞ Y TẾ {unit.province.upper()}"
    given.add("issuer", house, others=[f"{over} {house}"], head=house)
    given.add("_over", over)
    given.add("_seal", house)
    given.add("number", f"{rng.randint(1, 5000)}/{story.pick('GKSK-BVĐK', 'GKSK-TTYT', 'GKSK')}")
    classes = ("I", "II", "II", "III")
    grade = rng.choice(classes)
    shown = story.pick(f"Loại {grade}", grade, f"Loại {grade}")
    given.add("health_class", shown, grade, others=[f"Loại {grade}", {"I": "1", "II": "2", "III": "3"}[grade]])
    if form.variant == "gksk_lai_xe":
        licence = story.pick("A1", "A", "B", "B1", "B2", "C")
        given.add("_licence", licence)
        given.add(
            "conclusion",
            story.pick(f"Đủ điều kiện sức khỏe lái xe hạng {licence}", f"Đủ sức khỏe lái xe hạng {licence}"),
        )
        given.day("expiry", story.today.replace(year=story.today.year + 1, day=min(28, story.today.day)))
    else:
        given.add("conclusion", rng.choice(CONCLUSIONS))
    given.add(
        "title",
        "GIẤY KHÁM SỨC KHỎE CỦA NGƯỜI LÁI XE" if form.variant == "gksk_lai_xe" else "GIẤY KHÁM SỨC KHỎE",
        others=["GIẤY KHÁM SỨC KHỎE"],
    )
    signed(
        story,
        (("GIÁM ĐỐC",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        grade=story.pick("BS.", "BS.CKI.", "ThS.BS.", "BS.CKII."),
    )
    _findings(story, who.name, story.today.year - who.birth.year)


def _findings(story: Story, name: str, age: int) -> None:
    rng, given = story.rng, story.facts
    height, weight = rng.randint(148, 180), rng.randint(44, 82)
    texts = {
        "_self": name,
        "_age": str(age),
        "_paper_day": f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(2016, 2021)}",
        "_paper_by": story.pick("Cục CSQLHC về TTXH", "Cục Cảnh sát QLHC về TTXH", "Bộ Công an"),
        "_reason": story.pick("Đi học", "Xin việc làm", "Bổ túc hồ sơ", "Khám tuyển dụng"),
        "_family": story.pick("Không", "Bình thường", "Không có bệnh lý đặc biệt"),
        "_own": story.pick("Không", "Bình thường", "Khỏe mạnh"),
        "_height": str(height),
        "_weight": str(weight),
        "_bmi": f"{weight / (height / 100) ** 2:.1f}".replace(".", ","),
        "_pulse": str(rng.randint(66, 92)),
        "_pressure": f"{rng.randint(105, 138)}/{rng.randint(62, 88)}",
        "_class": f"Loại {story.pick('I', 'II')}",
        "_class1": "Loại I",
        "_inner": story.pick("Bình thường", "Tim đều, phổi trong"),
        "_outer": "Bình thường",
        "_right": str(rng.randint(7, 10)),
        "_left": str(rng.randint(7, 10)),
        "_lab": story.pick("Trong giới hạn bình thường", "Bình thường"),
        "_image": story.pick("Tim phổi bình thường", "Chưa phát hiện bất thường"),
    }
    for key, text in texts.items():
        given.add(key, text)
    for number in range(1, 6):
        given.add(f"_doctor{number}", f"BS. {draw_name(rng, story.pick('male', 'female'))}")
