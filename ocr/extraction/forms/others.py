"""The rest of the counter, read by their heads and first parties: contracts, criminal records, notices of birth and death."""

from ocr.extraction import parts, values
from ocr.extraction.form import Form, Label, Title, group
from ocr.extraction.forms.persons import CALLED, NAME_WORDS, PERSON, named, names_of
from ocr.extraction.forms.power_of_attorney import PARTY_FIELDS, PARTY_LABELS, dated, named_where_signed

CONTRACT = Form(
    slug="contract",
    version=1,
    titles=(Title("contract", "Hợp đồng", open=True), Title("contract", "Văn bản thỏa thuận", open=True), Title("contract", "Phụ lục hợp đồng", open=True)),
    fields=PARTY_FIELDS,
    who="",
    labels=(
        Label("", ("Bên A", "Bên bán", "Bên tặng cho (Bên A)", "Bên cho vay", "Bên cho thuê (Bên A)", "Bên ủy quyền", "Bên A - Bên chuyển nhượng", "Bên A - Bên tặng cho", "Bên thứ nhất", "Bên chuyển nhượng", "Bên tặng cho", "Bên cho thuê", "Bên thuê nhà", "Bên thế chấp", "Bên bán (Bên A)", "Bên chuyển nhượng (Bên A)"), opens="parties[0]", bare=True),
        Label("", ("Bên B", "Bên mua", "Bên nhận tặng cho", "Bên nhận tặng cho (Bên B)", "Bên được tặng cho (Bên B)", "Bên vay", "Bên thuê (Bên B)", "Bên nhận ủy quyền", "Bên B - Bên nhận chuyển nhượng", "Bên B - Bên nhận tặng cho", "Bên thứ hai", "Bên nhận chuyển nhượng", "Bên được tặng cho", "Bên thuê", "Bên nhận thế chấp", "Bên mua (Bên B)", "Bên nhận chuyển nhượng (Bên B)"), opens="parties[1]", bare=True),
        *PARTY_LABELS,
        Label("", ("Điều 1", "Hai bên thỏa thuận", "Lời chứng"), opens="rest", bare=True),
    ),
    parts=(parts.title, parts.number, dated, named_where_signed),
    signs=("hai bên", "bên chuyển nhượng", "bên nhận chuyển nhượng", "giá chuyển nhượng", "phương thức thanh toán", "bên tặng cho", "bên được tặng cho", "bên nhận tặng cho", "bên cho thuê", "bên thuê",
           "bên bán", "bên mua", "bên cho vay", "bên thế chấp", "nghĩa vụ của bên a", "đại diện bên a", "đại diện bên b", "chúng tôi gồm có", "giá thuê", "các bên"),
    owner=(("parties[0].name", "parties[0].id_number"),),
)  # fmt: skip

CRIMINAL_RECORD = Form(
    slug="criminal_record",
    version=1,
    titles=(
        Title("criminal_record", "Phiếu lý lịch tư pháp số 1"),
        Title("criminal_record", "Phiếu lý lịch tư pháp số 2"),
        Title("criminal_record", "Phiếu lý lịch tư pháp"),
    ),
    fields=(
        *group("person", "name birth_date sex birth_place nationality ethnicity residence id_number"),
        "signer.name",
        "signer.title",
    ),
    labels=(
        named(
            "person.name", *NAME_WORDS, *CALLED, *names_of("người chết", "người tử vong", "bệnh nhân"), opens="person"
        ),
        *PERSON,
        Label(
            "",
            ("Tình trạng án tích", "Thông tin về", "Họ và tên cha", "Họ và tên mẹ", "Họ và tên vợ", "Họ và tên chồng"),
            opens="rest",
        ),
    ),
    parts=(
        parts.title,
        parts.number,
        parts.dated,
        parts.issuer,
        parts.issuer_in_sentence,
        parts.dated_below,
        parts.signer,
    ),
    signs=("tình trạng án tích", "lý lịch tư pháp", "cấm đảm nhiệm chức vụ"),
    owner=(("person.name", "person.id_number"),),
    title_words=lambda _: "PHIẾU LÝ LỊCH TƯ PHÁP",
)

BIRTH_NOTICE = Form(
    slug="birth_notice",
    version=1,
    titles=(Title("birth_notice", "Giấy chứng sinh"),),
    fields=(
        *group("mother", "name birth_year id_number residence ethnicity"),
        *group("person", "name sex birth_date birth_place"),
        "signer.name",
        "signer.title",
    ),
    who="mother",
    labels=(
        named(
            "mother.name",
            *names_of("mẹ", "người mẹ", "sản phụ", "mẹ hoặc người nuôi dưỡng", "mẹ/Người nuôi dưỡng"),
            opens="mother",
        ),
        Label(
            "person.birth_date",
            (
                "Đã sinh con vào lúc",
                "Đã sinh con lúc",
                "Sinh con vào lúc",
                "Sinh con lúc",
                "Đã sinh vào lúc",
                "Sinh lúc",
            ),
            values.full_date,
            wraps=True,
            bare=True,
            opens="person",
        ),
        Label(
            "person.birth_place",
            ("Tại", "Nơi sinh", "Nơi sinh con", "Sinh tại"),
            values.place,
            within=("person",),
            wraps=True,
        ),
        Label("person.sex", ("Giới tính của con", "Giới tính", "Giới tính của trẻ", "Giới tính con"), values.sex),
        named(
            "person.name",
            "Dự định đặt tên con là",
            "Dự kiến đặt tên con là",
            "Dự định đặt tên con",
            "Dự kiến đặt tên con",
            "Dự kiến tên con",
            "Tên dự kiến của con",
        ),
        *PERSON,
    ),
    parts=(
        parts.title,
        parts.number,
        parts.issuer,
        parts.issuer_in_sentence,
        parts.dated,
        parts.dated_below,
        parts.signer,
    ),
    signs=("đã sinh con", "dự định đặt tên con", "người đỡ đẻ", "số con trong lần sinh này"),
    owner=(("person.name", ""), ("mother.name", "mother.id_number")),
    title_words=lambda _: "GIẤY CHỨNG SINH",
)

DEATH_NOTICE = Form(
    slug="death_notice",
    version=1,
    titles=(Title("death_notice", "Giấy báo tử"),),
    fields=(
        *group("person", "name birth_date sex ethnicity nationality residence id_number"),
        *("death.date", "death.place", "death.cause", "signer.name", "signer.title"),
    ),
    labels=(
        named(
            "person.name", *NAME_WORDS, *CALLED, *names_of("người chết", "người tử vong", "bệnh nhân"), opens="person"
        ),
        *PERSON,
        Label(
            "death.date",
            (
                "Đã tử vong vào lúc",
                "Tử vong lúc",
                "Đã chết vào lúc",
                "Tử vong vào lúc",
                "Chết vào lúc",
                "Đã tử vong lúc",
                "Thời gian tử vong",
                "Ngày tử vong",
                "Chết lúc",
            ),
            values.full_date,
            wraps=True,
            bare=True,
        ),
        Label("death.place", ("Nơi tử vong", "Nơi chết", "Tử vong tại", "Chết tại"), values.place, wraps=True),
        Label("death.cause", ("Nguyên nhân tử vong", "Nguyên nhân chết"), values.text, wraps=True),
    ),
    parts=(
        parts.title,
        parts.number,
        parts.issuer,
        parts.issuer_in_sentence,
        parts.dated,
        parts.dated_below,
        parts.signer,
    ),
    signs=("nguyên nhân tử vong", "đã tử vong", "người thân thích của người chết"),
    owner=(("person.name", "person.id_number"),),
    title_words=lambda _: "GIẤY BÁO TỬ",
)
