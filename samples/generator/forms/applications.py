"""Tờ khai and đơn: what citizens fill in themselves, most often by hand."""

from samples.generator.blocks import Block, F, Form, Gap, Maybe, Motto, Note, P, R, Sign, Signs, Title
from samples.generator.people import draw_id, draw_person, draw_phone
from samples.generator.places import bare, hamlet, lower_first, written
from samples.generator.pools import pool
from samples.generator.story import Story, dated, spelled
from samples.generator.words import area, grouped

TO_FIELD = F("^Kính gửi:^ {addressed_to}")
PAPERS = F("Giấy tờ tùy thân: {applicant.id_number:papers}")
PROMISE = P(
    "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật về cam đoan của mình."
)
SIGNER = Sign(
    ("<Người yêu cầu|NGƯỜI YÊU CẦU>",),
    "{_signed}",
    seal=False,
    note="(Ký, ghi rõ họ, chữ đệm, tên)",
    dated="<Làm tại|Làm tại>: {_place}, {issue_date:zero}",
    hand_name=True,
)
APPLICANT: tuple[Block, ...] = (
    F("Họ, chữ đệm, tên người yêu cầu: {applicant.name}"),
    F("Nơi cư trú: {applicant.residence}"),
    PAPERS,
    F("<Số điện thoại|Điện thoại liên hệ>: {applicant.phone}"),
)
WRITER: tuple[Block, ...] = (
    F("<Họ và tên|Tôi tên là|Tên tôi là>: {applicant.name}"),
    R(("Sinh ngày: {_birth}", "Giới tính: {_sex}")),
    F("<Số CCCD|CCCD số|Số định danh cá nhân/CMND>: {applicant.id_number}"),
    F("<Địa chỉ thường trú|Nơi thường trú|Hiện cư trú tại>: {applicant.residence}"),
    F("<Điện thoại|Số điện thoại liên hệ>: {applicant.phone}"),
)

FORMS = (
    Form(
        "tk_khai_sinh",
        (
            Motto(),
            Title("{title}", (), 1.25),
            TO_FIELD,
            *APPLICANT,
            F("Quan hệ với người được khai sinh: {_relation}"),
            P("^{request}^", indent=0),
            F("Họ, chữ đệm, tên: {_child.name}"),
            F("Ngày, tháng, năm sinh: {_child.birth_date}; ghi bằng chữ: {_child.birth_date:words}"),
            R(("Giới tính: {_child.sex}", "Dân tộc: {_child.ethnicity}", "Quốc tịch: Việt Nam")),
            F("Nơi sinh: {_birth_place}"),
            F("Quê quán: {_child.home_town}"),
            F("Họ, chữ đệm, tên người mẹ: {_mother.name}"),
            R(("Năm sinh: {_mother.birth_year}", "Dân tộc: {_mother.ethnicity}", "Quốc tịch: Việt Nam")),
            F("Nơi cư trú: {_mother.residence}"),
            F("Họ, chữ đệm, tên người cha: {_father.name}"),
            R(("Năm sinh: {_father.birth_year}", "Dân tộc: {_father.ethnicity}", "Quốc tịch: Việt Nam")),
            PROMISE,
            SIGNER,
        ),
        hand=0.75,
        weight=1.5,
        fit=1,
    ),
    Form(
        "tk_xntthn",
        (
            Motto(),
            Title("{title}", (), 1.25),
            TO_FIELD,
            *APPLICANT,
            F("Quan hệ với người được cấp Giấy xác nhận tình trạng hôn nhân: {_self}"),
            P("<Đề nghị|Đề nghị cơ quan> {request}:", indent=0),
            F("Họ, chữ đệm, tên: {applicant.name}"),
            F("Ngày, tháng, năm sinh: {_birth}"),
            R(("Giới tính: {_sex}", "Dân tộc: {_ethnicity}", "Quốc tịch: Việt Nam")),
            F("Tình trạng hôn nhân: {_status}"),
            F("Mục đích sử dụng: {_purpose}"),
            PROMISE,
            SIGNER,
        ),
        hand=0.75,
        weight=1,
        fit=1,
    ),
    Form(
        "tk_ban_sao_trich_luc",
        (
            Motto(),
            Title("{title}", (), 1.2),
            TO_FIELD,
            *APPLICANT,
            P("Đề nghị cơ quan {request} cho người có tên dưới đây:", indent=0),
            F("Họ, chữ đệm, tên: {_child.name}"),
            R(("Ngày, tháng, năm sinh: {_child.birth_date}", "Giới tính: {_child.sex}"), (0, 0.65)),
            F("Đã đăng ký tại: {_registered_at}"),
            R(("Theo Giấy khai sinh số: {_number}", "Quyển số: {_book}"), (0, 0.6)),
            F("Số lượng bản sao yêu cầu cấp: {_copies} bản"),
            PROMISE,
            SIGNER,
        ),
        hand=0.6,
        weight=1,
        fit=1,
    ),
    Form(
        "don_dat_dai",
        (
            Note("Mẫu số 11/ĐK", "right", top=True),
            Motto(),
            Title("{title}", (), 1.25),
            P("Kính gửi: {addressed_to}", align="center", indent=0),
            P("^1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:^", indent=0, after=0),
            F("a) Tên: {applicant.name}"),
            F("b) Giấy tờ nhân thân/pháp nhân số: {applicant.id_number}"),
            F("c) Địa chỉ: {applicant.residence}"),
            F("d) Điện thoại liên hệ: {applicant.phone}"),
            P("^2. Nội dung biến động:^ {request}", indent=0),
            P("^3. Thông tin thửa đất đăng ký biến động:^ {_parcel}", indent=0),
            P("^4. Giấy tờ liên quan nộp kèm theo đơn này gồm có:^", indent=0, after=0),
            F("(1) Giấy chứng nhận đã cấp;"),
            F("(2) {_attached}"),
            P(
                "Tôi/chúng tôi cam đoan nội dung kê khai trên đơn là đúng sự thật, nếu sai tôi/chúng tôi hoàn toàn chịu trách nhiệm trước pháp luật.",
                indent=0,
            ),
            Sign(
                ("Người viết đơn",),
                "{_signed}",
                seal=False,
                note="(Ký và ghi rõ họ tên)",
                dated="{_place}, {issue_date:zero}",
                hand_name=True,
            ),
        ),
        hand=0.5,
        weight=1.5,
    ),
    Form(
        "don_cap_gpxd",
        (
            Motto(),
            Title("{title}", ("(Sử dụng cho công trình: Nhà ở riêng lẻ)",), 1.2),
            P("Kính gửi: {addressed_to}", align="center", indent=0),
            P("^1. Thông tin về chủ đầu tư:^", indent=0, after=0),
            F("- Tên chủ đầu tư<| (tên chủ hộ)>: {applicant.name}"),
            F("- Số định danh: {applicant.id_number}"),
            F("- Địa chỉ liên hệ: {applicant.residence}"),
            F("- Số điện thoại: {applicant.phone}"),
            P("^2. Thông tin công trình:^", indent=0, after=0),
            F("- Địa điểm xây dựng: {_site}"),
            F("- {_parcel}"),
            P("^3. Nội dung đề nghị cấp phép:^ {request}", indent=0),
            F("- Diện tích xây dựng: {_ground} m²; tổng diện tích sàn: {_floor} m²"),
            F("- Chiều cao công trình: {_height} m; số tầng: {_floors}"),
            P("^4. Dự kiến thời gian hoàn thành công trình:^ {_months} tháng.", indent=0),
            P(
                "^5. Cam kết:^ Tôi xin cam đoan làm theo đúng giấy phép được cấp, nếu sai tôi xin hoàn toàn chịu trách nhiệm và bị xử lý theo quy định của pháp luật.",
                indent=0,
            ),
            Sign(
                ("<NGƯỜI LÀM ĐƠN|ĐẠI DIỆN CHỦ ĐẦU TƯ>",),
                "{_signed}",
                seal=False,
                note="(Ký, ghi rõ họ tên)",
                dated="{_place}, {issue_date:zero}",
                hand_name=True,
            ),
        ),
        hand=0.45,
        weight=1,
    ),
    Form(
        "ct01",
        (
            Note("Mẫu CT01 ban hành kèm theo Thông tư số 66/2023/TT-BCA", "right", top=True),
            Motto(),
            Title("{title}", (), 1.2),
            F("Kính gửi: {addressed_to}"),
            F("1. Họ, chữ đệm và tên: {applicant.name}"),
            R(("2. Ngày, tháng, năm sinh: {_birth}", "3. Giới tính: {_sex}"), (0, 0.64)),
            F("4. Số định danh cá nhân: {applicant.id_number}"),
            R(("5. Số điện thoại liên hệ: {applicant.phone}", "6. Email: {_mail}"), (0, 0.54)),
            R(("7. Họ, chữ đệm và tên chủ hộ: {_head}", "8. Mối quan hệ với chủ hộ: {_to_head}"), (0, 0.6)),
            F("9. Số định danh cá nhân của chủ hộ: {_head_id}"),
            F("10. Nội dung đề nghị: {request}"),
            Gap(0.5),
            Signs(
                (
                    Sign(("Ý KIẾN CỦA CHỦ HỘ",), "{_head}", seal=False, note="(Ký, ghi rõ họ tên)", hand_name=True),
                    Sign(
                        ("NGƯỜI KÊ KHAI",),
                        "{_signed}",
                        seal=False,
                        note="(Ký, ghi rõ họ tên)",
                        dated="{_place}, {issue_date:zero}",
                        hand_name=True,
                    ),
                )
            ),
        ),
        hand=0.6,
        weight=1,
        fit=1,
    ),
    Form(
        "don_tu_do",
        (
            Motto(),
            Title("{title}", (), 1.35),
            P("Kính gửi: {addressed_to}", align="center", indent=0),
            *WRITER,
            P("Nay tôi làm đơn này <kính đề nghị Quý cơ quan|đề nghị Quý cơ quan xem xét> {request}.", indent=28),
            P("Lý do: {_reason}"),
            P(
                "Tôi xin cam đoan những lời trình bày trên là đúng sự thật. Rất mong được Quý cơ quan xem xét, giải quyết."
            ),
            P("Xin chân thành cảm ơn<!|./.|.>"),
            Maybe(
                (
                    Signs(
                        (
                            Sign(("XÁC NHẬN CỦA ĐỊA PHƯƠNG",), "", room=70),
                            Sign(
                                ("<Người làm đơn|NGƯỜI LÀM ĐƠN|Người viết đơn>",),
                                "{_signed}",
                                seal=False,
                                dated="{_place}, {issue_date:zero}",
                                hand_name=True,
                            ),
                        )
                    ),
                ),
                1.0,
            ),
        ),
        hand=0.5,
        weight=1.5,
        fit=1,
    ),
)
TITLES = {
    "tk_khai_sinh": "TỜ KHAI ĐĂNG KÝ KHAI SINH",
    "tk_xntthn": "TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
    "tk_ban_sao_trich_luc": "TỜ KHAI CẤP BẢN SAO TRÍCH LỤC HỘ TỊCH",
    "don_dat_dai": "ĐƠN ĐĂNG KÝ BIẾN ĐỘNG ĐẤT ĐAI, TÀI SẢN GẮN LIỀN VỚI ĐẤT",
    "don_cap_gpxd": "ĐƠN ĐỀ NGHỊ CẤP GIẤY PHÉP XÂY DỰNG",
    "ct01": "TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ",
}
REQUESTS = {
    "tk_khai_sinh": (
        "Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:",
        "Đề nghị đăng ký khai sinh cho người dưới đây",
    ),
    "tk_xntthn": ("cấp Giấy xác nhận tình trạng hôn nhân cho người có tên dưới đây",),
    "tk_ban_sao_trich_luc": ("cấp bản sao trích lục khai sinh", "cấp bản sao Giấy khai sinh"),
    "don_dat_dai": (
        "Chuyển nhượng quyền sử dụng đất",
        "Thừa kế quyền sử dụng đất",
        "Tặng cho quyền sử dụng đất",
        "Xóa đăng ký thế chấp",
        "Cấp đổi Giấy chứng nhận do bị ố, nhòe",
    ),
    "don_cap_gpxd": ("Cấp giấy phép xây dựng mới", "Cấp giấy phép xây dựng nhà ở riêng lẻ"),
    "ct01": (
        "Đăng ký thường trú",
        "Đăng ký tạm trú từ ngày nộp hồ sơ",
        "Tách hộ",
        "Xác nhận thông tin về cư trú",
        "Xóa đăng ký tạm trú",
    ),
}
FREE = {
    "ĐƠN XIN XÁC NHẬN": (
        "xác nhận hoàn cảnh gia đình khó khăn",
        "xác nhận tôi đang sinh sống tại địa phương",
        "xác nhận hai tên gọi là của cùng một người",
    ),
    "ĐƠN ĐỀ NGHỊ": ("miễn giảm học phí cho con tôi", "hỗ trợ kinh phí sửa chữa nhà ở", "cấp lại biên lai bị mất"),
    "ĐƠN KIẾN NGHỊ": ("giải quyết việc lấn chiếm lối đi chung", "sửa chữa đoạn đường bị hư hỏng trước nhà"),
}


def _people(story: Story) -> None:
    rng, given = story.rng, story.facts
    who = draw_person(rng, today=story.today, ages=(20, 70), unit=story.unit)
    given.add("applicant.name", given.cased(who.name))
    issued = f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(2016, 2023)}"
    papers = story.pick(
        f"Căn cước công dân số {who.id_number} do Cục Cảnh sát quản lý hành chính về trật tự xã hội cấp ngày {issued}",
        f"CCCD số {who.id_number}, cấp ngày {issued}, nơi cấp: Cục CSQLHC về TTXH",
        f"CCCD {who.id_number}",
    )
    given.add("applicant.id_number", who.id_number, papers=papers)
    given.add("applicant.residence", who.residence)
    phone = draw_phone(rng)
    if story.maybe(0.85):
        given.add(
            "applicant.phone",
            story.pick(phone, f"{phone[:4]} {phone[4:7]} {phone[7:]}", f"{phone[:4]}.{phone[4:7]}.{phone[7:]}"),
            phone,
        )
    given.also("owner_name", of="applicant.name")
    given.also("owner_id", of="applicant.id_number")
    given.optional |= {"owner_name", "owner_id", "request", "issue_date"}
    given.day("_birth", who.birth)
    for key, text in (
        ("_sex", who.sex_word),
        ("_ethnicity", who.ethnicity),
        ("_signed", who.name),
        ("_self", "Bản thân"),
    ):
        given.add(key, text)
    spouse = draw_person(
        rng, today=story.today, ages=(20, 45), sex="female" if who.sex == "male" else "male", unit=story.unit
    )
    father, mother = (who, spouse) if who.sex == "male" else (spouse, who)
    child = draw_person(rng, today=story.today, ages=(0, 2), surname=father.name.split()[0], unit=story.unit)
    given.person("_child", child)
    given.person("_mother", mother)
    given.person("_father", father)
    head = draw_person(rng, today=story.today, ages=(40, 80), unit=story.unit)
    given.add("_head", head.name)
    given.add("_head_id", draw_id(rng, head.sex, head.birth, story.unit.code))
    given.add("_to_head", story.pick("Con đẻ", "Vợ", "Cháu", "Em"))
    given.add("_relation", story.pick("Cha", "Mẹ", "Ông nội"))


def _details(story: Story) -> None:
    rng, given, unit = story.rng, story.facts, story.unit
    floors = rng.randint(1, 4)
    ground = rng.randint(60, 160)
    texts = {
        "_birth_place": f"Bệnh viện Đa khoa {lower_first(unit.upper[0])}",
        "_status": story.pick("Chưa đăng ký kết hôn với ai", "Hiện tại chưa đăng ký kết hôn với ai", "Đã ly hôn"),
        "_purpose": rng.choice(pool("civil", "single_purposes")),
        "_registered_at": f"Ủy ban nhân dân {', '.join(lower_first(part) for part in unit.parts)}",
        "_number": str(rng.randint(1, 400)),
        "_book": f"01/{rng.randint(1998, 2020)}",
        "_copies": f"{rng.randint(1, 9):02d}",
        "_parcel": f"Thửa đất số: {rng.randint(1, 900)}; tờ bản đồ số: {rng.randint(1, 80)}; diện tích: {area(rng.randint(80, 4000))} m²",
        "_attached": story.pick(
            "Hợp đồng chuyển nhượng;", "Văn bản phân chia di sản;", "Trích lục khai tử;", "Không có;"
        ),
        "_site": f"{hamlet(rng, unit)}, {written(rng, unit)}",
        "_ground": area(ground),
        "_floor": area(ground * floors),
        "_height": f"{floors * 36 + 10}"[:-1] + f",{(floors * 36 + 10) % 10}",
        "_floors": f"{floors:02d}",
        "_months": f"{rng.randint(4, 12):02d}",
        "_mail": f"mau{rng.randint(1, 99)}@example.com",
        "_reason": story.pick(
            "Bổ túc hồ sơ xin học bổng cho con.",
            "Để bổ sung hồ sơ vay vốn.",
            "Gia đình gặp khó khăn do thiên tai.",
            f"Chi phí phát sinh khoảng {grouped(rng.randint(3, 40) * 500000)} đồng, vượt quá khả năng của gia đình.",
        ),
    }
    for key, text in texts.items():
        given.add(key, text)


def facts(story: Story, form: Form) -> None:
    """An applicant, an addressee, a request."""
    rng, given, unit = story.rng, story.facts, story.unit
    _people(story)
    _details(story)
    parts = [lower_first(part) for part in unit.parts]
    if form.variant == "ct01":
        shown, others = f"Công an {parts[0]}", [f"Công an {', '.join(parts)}"]
    elif form.variant == "don_dat_dai":
        shown, others = f"Chi nhánh Văn phòng đăng ký đất đai {lower_first(unit.district or unit.province)}", []
    else:
        level = parts[1] if form.variant == "don_cap_gpxd" and unit.district else parts[0]
        full = f"Ủy ban nhân dân {', '.join(parts)}" if level == parts[0] else f"Ủy ban nhân dân {level}"
        shown = spelled(story, story.pick(full, f"Ủy ban nhân dân {level}", f"UBND {level}"))
        others = sorted({full, f"Ủy ban nhân dân {level}", f"UBND {level}", f"UBND {', '.join(parts)}"} - {shown})
    given.add("addressed_to", shown, others=others)
    given.add("_place", bare(unit.commune))
    dated(story)
    if form.variant == "don_tu_do":
        title = rng.choice(sorted(FREE))
        request, *others = rng.choice(FREE[title]), title
        about = story.pick("", "", f" {request.upper()}") if title != "ĐƠN KIẾN NGHỊ" else ""
        given.add("title", (title + about).strip(), others=[title])
    else:
        title = TITLES[form.variant]
        request, *others = rng.choice(REQUESTS[form.variant]), title
        given.add("title", title)
    short = request.removeprefix("Đề nghị cơ quan ").removeprefix("Đề nghị ").rstrip(":")
    given.add("request", request, others=[*others, short] if short != request else others)
