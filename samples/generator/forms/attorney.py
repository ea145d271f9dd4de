"""Giấy ủy quyền between people, also with the commune's certification, and simple contracts."""

from samples.generator.blocks import Block, F, Form, Gap, Maybe, Motto, P, R, Sign, Signs, Title
from samples.generator.people import draw_person
from samples.generator.places import bare, hamlet, lower_first, written
from samples.generator.story import CHAIR, Story, dated, signed
from samples.generator.words import area, grouped, number_words, zero_date


def _party(number: int) -> tuple[Block, ...]:
    key = f"parties[{number}]"
    return (
        F(f"<Họ và tên|Họ, chữ đệm, tên|Ông/Bà>: {{{key}.name}}"),
        R((f"<Sinh ngày|Ngày sinh|Ngày, tháng, năm sinh>: {{{key}.birth_date}}",)),
        F(f"<Căn cước công dân số|CCCD số|Số CCCD|Số định danh cá nhân>: {{{key}.id_number:papers}}"),
        F(f"<Nơi cư trú|Địa chỉ thường trú|Hộ khẩu thường trú>: {{{key}.residence}}"),
    )


def _line(number: int) -> P:
    key = f"parties[{number}]"
    return P(
        f"{{_mister{number}}}: ^{{{key}.name}}^, sinh ngày {{{key}.birth_date}}, CCCD số {{{key}.id_number}}, <trú tại|hộ khẩu thường trú tại>: {{{key}.residence}}.",
        indent=0,
    )


BOTH = Signs(
    (
        Sign(("<NGƯỜI ỦY QUYỀN|BÊN ỦY QUYỀN>",), "{_party0}", seal=False, note="(Ký và ghi rõ họ tên)", hand_name=True),
        Sign(
            ("<NGƯỜI ĐƯỢC ỦY QUYỀN|BÊN ĐƯỢC ỦY QUYỀN>",),
            "{_party1}",
            seal=False,
            note="(Ký và ghi rõ họ tên)",
            hand_name=True,
        ),
    )
)
CERTIFIED: tuple[Block, ...] = (
    Gap(0.8),
    Title("LỜI CHỨNG CHỨNG THỰC CHỮ KÝ", (), 1.0),
    P(
        "Tại {_office}, tôi là {_registrar}, chứng thực: ông/bà {_party0}, có giấy tờ tùy thân số {parties[0].id_number}, cam đoan đã hiểu, tự nguyện và chịu trách nhiệm trước pháp luật về nội dung của giấy tờ và đã ký trước mặt tôi."
    ),
    P("Số chứng thực {_certified}, quyển số {_book} - SCT/CK, CĐ."),
    Sign(("NGƯỜI THỰC HIỆN CHỨNG THỰC", "{signer.title}"), "{signer.name}", dated="{issue_date:full}"),
)
SCOPE = P("{_scope}")

FORMS = (
    Form(
        "guq_canhan",
        (
            Motto(),
            Title("{title}", ("<(Dành cho cá nhân)|>",), 1.4),
            P(
                "<Căn cứ Bộ luật Dân sự ngày 24 tháng 11 năm 2015; hôm|Hôm> nay, {issue_date:zero}, tại {_where}, chúng tôi gồm có:"
            ),
            P("^<Bên ủy quyền|I. BÊN ỦY QUYỀN (Bên A)|1. Người ủy quyền>:^", indent=0, after=0),
            *_party(0),
            P("^<Bên được ủy quyền|II. BÊN ĐƯỢC ỦY QUYỀN (Bên B)|2. Người được ủy quyền>:^", indent=0, after=0),
            *_party(1),
            P("^<Nội dung ủy quyền|III. NỘI DUNG ỦY QUYỀN|3. Phạm vi ủy quyền>:^", indent=0, after=0),
            SCOPE,
            P("Thời hạn ủy quyền: {_term}.", indent=0),
            P("Tôi xin chịu hoàn toàn trách nhiệm trước pháp luật về nội dung ủy quyền này."),
            Gap(0.5),
            BOTH,
            Maybe(CERTIFIED, 0.35),
        ),
        hand=0.35,
        weight=2,
    ),
    Form(
        "guq_van_xuoi",
        (
            Motto(),
            Title("{title}", (), 1.5),
            _line(0),
            P("Bằng văn bản này, tôi ủy quyền cho:", indent=0),
            _line(1),
            SCOPE,
            P("Thời hạn ủy quyền: {_term}.", indent=0),
            P("<Làm tại|Lập tại> {_where}, {issue_date:zero}.", indent=0),
            BOTH,
            Maybe(CERTIFIED, 0.5),
        ),
        weight=1,
    ),
)
CONTRACTS = (
    Form(
        "hd_tang_cho",
        (
            Motto(),
            Title("{title}", (), 1.3),
            P("Tại {_office}, {issue_date:zero}, chúng tôi gồm có:"),
            P("^BÊN TẶNG CHO (Bên A):^", indent=0, after=0),
            *_party(0),
            P("^BÊN NHẬN TẶNG CHO (Bên B):^", indent=0, after=0),
            *_party(1),
            P("^ĐIỀU 1. QUYỀN SỬ DỤNG ĐẤT TẶNG CHO^", align="center", indent=0),
            P("Bên A tặng cho Bên B quyền sử dụng {_parcel}, địa chỉ {_where}."),
            P("^ĐIỀU 2. TRÁCH NHIỆM CỦA CÁC BÊN^", align="center", indent=0),
            P(
                "Bên A giao đất và giấy tờ cho Bên B ngay khi ký hợp đồng; Bên B làm thủ tục đăng ký và nộp thuế, lệ phí theo quy định."
            ),
            Gap(0.4),
            Signs(
                (
                    Sign(("BÊN A",), "{_party0}", seal=False, hand_name=True),
                    Sign(("BÊN B",), "{_party1}", seal=False, hand_name=True),
                )
            ),
            P("Số chứng thực: {number}, quyển số {_book} - SCT/HĐ,GD.", indent=0),
            Sign(("NGƯỜI THỰC HIỆN CHỨNG THỰC", "{signer.title}"), "{signer.name}"),
        ),
        weight=1,
    ),
    Form(
        "hd_chuyen_nhuong",
        (
            Motto(),
            Title("{title}", ("Số: {number}",), 1.3),
            P("Hôm nay, {issue_date:zero}, tại {_where}, chúng tôi gồm có:"),
            P("^BÊN CHUYỂN NHƯỢNG (sau đây gọi là Bên A):^", indent=0, after=0),
            _line(0),
            P("^BÊN NHẬN CHUYỂN NHƯỢNG (sau đây gọi là Bên B):^", indent=0, after=0),
            _line(1),
            P("^Điều 1.^ Bên A chuyển nhượng cho Bên B {_parcel}."),
            P(
                "^Điều 2.^ Giá chuyển nhượng là {_price} đồng (bằng chữ: {_price:words}). Phương thức thanh toán: {_paid}."
            ),
            P("^Điều 3.^ Hợp đồng này có hiệu lực kể từ ngày ký và được lập thành 03 bản có giá trị như nhau."),
            Gap(0.5),
            Signs(
                (
                    Sign(("BÊN A",), "{_party0}", seal=False, hand_name=True),
                    Sign(("BÊN B",), "{_party1}", seal=False, hand_name=True),
                )
            ),
        ),
        weight=1,
    ),
)
SCOPES = (
    "Tôi ủy quyền cho người có tên trên liên hệ Bộ phận một cửa để nộp hồ sơ và nhận kết quả cấp Giấy chứng nhận quyền sử dụng đất.",
    "Bên B được thay mặt Bên A nộp hồ sơ, ký các giấy tờ có liên quan, nộp phí, lệ phí và nhận kết quả giải quyết thủ tục đăng ký khai sinh.",
    "Thay mặt tôi nhận lương hưu, trợ cấp bảo hiểm xã hội hằng tháng tại điểm chi trả của Bưu điện.",
    "Nội dung ủy quyền: nhận kết quả đăng ký hộ kinh doanh và nộp các khoản lệ phí theo thông báo của cơ quan thuế.",
)


def facts(story: Story, form: Form) -> None:
    """Two people and what one does for the other."""
    rng, given, unit = story.rng, story.facts, story.unit
    contract = form.variant.startswith("hd_")
    for number in range(2):
        who = draw_person(rng, today=story.today, ages=(22, 80), unit=unit if story.maybe(0.6) else None)
        key = f"parties[{number}]"
        given.add(f"{key}.name", given.cased(who.name))
        given.day(f"{key}.birth_date", who.birth)
        papers = story.pick(
            who.id_number,
            f"{who.id_number} do Cục Cảnh sát quản lý hành chính về trật tự xã hội cấp ngày {rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(2016, 2023)}",
        )
        given.add(f"{key}.id_number", who.id_number, papers=papers)
        given.add(f"{key}.residence", who.residence)
        given.add(f"_party{number}", who.name)
        given.add(f"_mister{number}", who.mister.capitalize())
        given.optional |= {f"{key}.{part}" for part in ("name", "birth_date", "id_number", "residence")}
    given.also("owner_name", of="parties[0].name")
    given.also("owner_id", of="parties[0].id_number")
    _matter(story)
    commune = [lower_first(part) for part in unit.parts]
    given.add("_office", f"Ủy ban nhân dân {', '.join(commune)}")
    given.add("_seal", f"ỦY BAN NHÂN DÂN {unit.commune.upper()}")
    given.add("_where", ", ".join(commune))
    given.add("_place", bare(unit.commune))
    dated(story)
    given.add("_day", zero_date(story.today))
    signed(story, CHAIR)
    given.add("_registrar", f"ông/bà {given.values['signer.name'].shown}")
    given.optional |= {"signer.name", "signer.title", "number"}
    serial = str(rng.randint(1, 900))
    if contract:
        given.add("number", f"{serial}/{story.today.year}/HĐ" if form.variant == "hd_chuyen_nhuong" else serial)
        subject = "TẶNG CHO" if form.variant == "hd_tang_cho" else "CHUYỂN NHƯỢNG"
        given.add("title", f"HỢP ĐỒNG {subject} QUYỀN SỬ DỤNG ĐẤT")
    else:
        given.add("title", "GIẤY ỦY QUYỀN")
    given.add("_certified", serial)
    given.add("_book", f"{rng.randint(1, 3):02d}/{story.today.year}")


def _matter(story: Story) -> None:
    rng, given = story.rng, story.facts
    given.add("_scope", rng.choice(SCOPES))
    given.add(
        "_term",
        story.pick("kể từ ngày ký cho đến khi hoàn thành công việc được ủy quyền", "06 tháng kể từ ngày ký", "01 năm"),
    )
    price = rng.randint(4, 90) * 25_000_000
    given.add("_price", grouped(price), words=f"{number_words(price).capitalize()} đồng")
    given.add("_paid", story.pick("tiền mặt", "chuyển khoản"))
    given.add(
        "_parcel",
        f"thửa đất số {rng.randint(1, 900)}, tờ bản đồ số {rng.randint(1, 80)}, diện tích {area(rng.randint(80, 3000))} m²",
    )
    given.add("_site", f"{hamlet(rng, story.unit)}, {written(rng, story.unit)}")
